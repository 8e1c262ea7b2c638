#!/bin/sh
# Prints the C++ source of embedded_data.h for the files given: *.txt are lexicons, *.rules are rule packs.
set -eu

files() { # FUNCTION EXTENSION FILE...
  function_name=$1 extension=$2
  shift 2
  echo "const std::vector<EmbeddedFile>& $function_name() {"
  echo "  static const std::vector<EmbeddedFile> files = {"
  for file; do
    case $file in
      *"$extension")
        printf '{"%s", R"FL~(' "$(basename "$file")"
        cat "$file"
        printf ')FL~"},\n'
        ;;
    esac
  done
  echo "  };"
  echo "  return files;"
  echo "}"
}

echo '#include "indexer/extract/embedded_data.h"'
echo 'namespace factline::extract {'
files EmbeddedLexicons .txt "$@"
files EmbeddedRulePacks .rules "$@"
echo '}  // namespace factline::extract'
