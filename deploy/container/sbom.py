"""The SPDX 2.3 document of an image's root: its files with their hashes, the Debian packages that they come from by
dpkg's database, and the data of packages that is compiled into the program."""
import functools
import hashlib
import json
import os
import re
import subprocess
import time

# Their content is in the program itself: the analyser's words, and its table from traditional to simplified characters.
COMPILED_IN = {"indexer": ["python3-jieba", "libopencc-data"], "query": ["python3-jieba", "libopencc-data"],
               "factline": ["python3-jieba", "libopencc-data"], "ingestor": []}


@functools.cache
def created():
    """The time that all of a build bears, in seconds since 1970."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())


@functools.cache
def record(package):
    """Version, source package, its version and the architecture, as dpkg knows them."""
    form = "${Version}\\t${source:Package}\\t${source:Version}\\t${Architecture}\\t${db:Status-Status}\\n"
    lines = subprocess.run(["dpkg-query", "-W", "-f", form, package], check=True, stdout=subprocess.PIPE,
                           text=True).stdout.splitlines()
    return next(line.split("\t")[:4] for line in lines if line.endswith("\tinstalled"))


def spdx_id(kind, name):
    return f"SPDXRef-{kind}-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def file_entry(root, path):
    content = (root / path).read_bytes()
    return {
        "fileName": f"./{path}",
        "SPDXID": spdx_id("File", path),
        "checksums": [{"algorithm": "SHA1", "checksumValue": hashlib.sha1(content).hexdigest()},
                      {"algorithm": "SHA256", "checksumValue": hashlib.sha256(content).hexdigest()}],
        "licenseConcluded": "NOASSERTION",
        "copyrightText": "NOASSERTION",
    }


def package_entry(name, version, files):
    """`files`: the entries of those of the package's files that the image holds."""
    entry = {
        "name": name,
        "SPDXID": spdx_id("Package", name),
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": bool(files),
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
    }
    if files:
        hashes = sorted(file["checksums"][0]["checksumValue"] for file in files)
        entry["packageVerificationCode"] = {
            "packageVerificationCodeValue": hashlib.sha1("".join(hashes).encode()).hexdigest()}
        entry["licenseInfoFromFiles"] = ["NOASSERTION"]
        entry["hasFiles"] = [file["SPDXID"] for file in files]
    return entry


def debian_entry(package, files):
    version, source, source_version, architecture = record(package)
    entry = package_entry(package, version, files)
    entry["supplier"] = "Organization: Debian"
    entry["sourceInfo"] = f"built from Debian's source package {source} {source_version}"
    quoted = version.replace("+", "%2B").replace(":", "%3A").replace("~", "%7E")
    entry["externalRefs"] = [{
        "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
        "referenceLocator": f"pkg:deb/debian/{package}@{quoted}?arch={architecture}&distro=debian-12"}]
    return entry


def document(name, version, root, files):
    """`files`: path in the root -> package, or None for what is Factline's own. The document as JSON text."""
    by_package = {}
    for path, package in sorted(files.items()):
        by_package.setdefault(package, []).append(file_entry(root, path))
    own_files = by_package.pop(None)
    own = package_entry(f"factline-{name}", version, own_files)
    own["supplier"] = "NOASSERTION"
    own["primaryPackagePurpose"] = "APPLICATION"
    packages = [own]
    relationships = [("SPDXRef-DOCUMENT", "DESCRIBES", own["SPDXID"])]
    for package, entries in sorted(by_package.items()):
        packages.append(debian_entry(package, entries))
        relationships.append((own["SPDXID"], "DEPENDS_ON", packages[-1]["SPDXID"]))
    for package in COMPILED_IN[name]:
        packages.append(debian_entry(package, []))
        relationships.append((own["SPDXID"], "GENERATED_FROM", packages[-1]["SPDXID"]))
    digest = hashlib.sha256(json.dumps(packages, sort_keys=True).encode()).hexdigest()
    return json.dumps({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"factline-{name}-{version}",
        "documentNamespace": f"https://factline.invalid/sbom/{name}/{version}/{digest}",
        "creationInfo": {"created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(created())),
                         "creators": ["Tool: factline-image-roots"]},
        "packages": packages,
        "files": own_files + [entry for entries in by_package.values() for entry in entries],
        "relationships": [{"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b}
                          for a, kind, b in relationships],
    }, indent=1) + "\n"
