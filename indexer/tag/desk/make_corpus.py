#!/usr/bin/env python3
"""Writes the tagger's desk corpus, gzip-compressed, to standard output.

usage: make_corpus.py DATA > DIR/desk.train.jsonl.gz

DATA holds ir/rgb.passages.jsonl.xz and news/xwlb_2012_2019.jsonl.xz. Beside this program lie
  marks.tsv    names in passages of these two, without their text: source, id, paragraph of the body (empty: the
               whole), CRC-32 of the text's UTF-8 in hex, then begin-end-TYPE, in code points, end exclusive
  written.txt  articles written for this, names marked as [TYPE name]
A sentence a line comes out, as ReadSpanCorpus (corpus.h) takes it. Types of the fact model become the tagger's: GPE is
LOC, AWARD is EVENT; a WORK takes the marks 《》 around it, as CLUENER has it. A passage whose text is another is an error.
"""
import gzip
import json
import lzma
import os
import re
import sys
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
TAGGER_TYPE = {"GPE": "LOC", "AWARD": "EVENT"}
SENTENCE_END = re.compile("[。！？；][”」』）]*")


def read_passages(data):
    passages = {}
    with lzma.open(os.path.join(data, "ir/rgb.passages.jsonl.xz"), "rt") as lines:
        for row in map(json.loads, lines):
            passages["rgb", row["id"]] = row["text"]
    with lzma.open(os.path.join(data, "news/xwlb_2012_2019.jsonl.xz"), "rt") as lines:
        for row in map(json.loads, lines):
            passages["xwlb", row["id"]] = row["body"]
    return passages


def marked_passages(data):
    passages = read_passages(data)
    with open(os.path.join(HERE, "marks.tsv")) as lines:
        for number, line in enumerate(lines, 1):
            source, key, paragraph, crc, *marks = line.rstrip("\n").split("\t")
            text = passages.get((source, key))
            if text is not None and paragraph:
                text = text.split("\n")[int(paragraph)]
            if text is None or f"{zlib.crc32(text.encode()):08x}" != crc:
                sys.exit(f"marks.tsv:{number}: {source} {key} is not the text that was marked")
            spans = [mark.split("-") for mark in marks]
            yield text, [(int(begin), int(end), kind) for begin, end, kind in spans]


def written_articles():
    with open(os.path.join(HERE, "written.txt")) as lines:
        for line in lines:
            text, spans = "", []
            for piece in re.split(r"(\[[A-Z]+ [^\]]*\])", line.rstrip("\n")):
                mark = re.fullmatch(r"\[([A-Z]+) ([^\]]*)\]", piece)
                if mark:
                    spans.append((len(text), len(text) + len(mark[2]), mark[1]))
                text += mark[2] if mark else piece
            yield text, spans


def sentences(text, spans):
    """The text's sentences with their names; no cut runs through a name."""
    names = []
    for begin, end, kind in spans:
        if 0 < begin and end < len(text) and text[begin - 1] == "《" and text[end] == "》":
            begin, end = begin - 1, end + 1
        names.append((begin, end, TAGGER_TYPE.get(kind, kind)))
    cuts = [0] + [match.end() for match in SENTENCE_END.finditer(text)] + [len(text)]
    cuts = sorted({cut for cut in cuts if not any(begin < cut < end for begin, end, _ in names)})
    for first, last in zip(cuts, cuts[1:]):
        inside = [name for name in names if first <= name[0] < last]
        yield {"text": text[first:last],
               "entities": [{"type": kind, "start": begin - first, "end": end - first} for begin, end, kind in inside]}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with gzip.GzipFile(fileobj=sys.stdout.buffer, mode="wb", mtime=0) as out:
        for source in (marked_passages(sys.argv[1]), written_articles()):
            for text, spans in source:
                for sentence in sentences(text, spans):
                    out.write((json.dumps(sentence, ensure_ascii=False) + "\n").encode())


if __name__ == "__main__":
    main()
