"""What is in the four images, and what is not.

  images.py TAG PYSPDXTOOLS      PYSPDXTOOLS: the validator of SPDX documents; empty: it is not asked
"""
import hashlib
import json
import stat
import subprocess
import sys
import tarfile
import tempfile

IMAGES = ["ingestor", "indexer", "query", "factline"]
MAX_MB = {"ingestor": 60, "indexer": 130, "query": 110, "factline": 130}
OF_THE_ENGINE = {"etc/hosts", "etc/hostname", "etc/resolv.conf", "run/.containerenv"}  # `podman create` makes them
PORTS = {"ingestor": ["50051/tcp"], "indexer": ["50052/tcp"], "query": ["50053/tcp"]}


def run(*argv, **options):
    return subprocess.run(argv, check=True, stdout=subprocess.PIPE, **options).stdout


class Image:
    def __init__(self, name, tag, work):
        self.name = name
        reference = f"factline/{name}:{tag}"
        self.info = json.loads(run("podman", "image", "inspect", reference))[0]
        self.config = self.info["Config"]
        container = run("podman", "create", reference, text=True).split()[-1]
        try:
            run("podman", "export", "-o", f"{work}/{name}.tar", container)
        finally:
            run("podman", "rm", "-f", "-v", container)
        self.tar = tarfile.open(f"{work}/{name}.tar")
        self.files = {m.name.removeprefix("./"): m for m in self.tar.getmembers()}

    def read(self, path):
        return self.tar.extractfile(self.files[path]).read()

    def regular(self):
        return {path: m for path, m in self.files.items() if m.isreg()}

    def sbom(self):
        return json.loads(self.read(f"usr/share/sbom/{self.name}.spdx.json"))


def check_small(image):
    size_mb = image.info["Size"] / 1e6
    print(f"{image.name}: {size_mb:.1f} MB, {len(image.regular())} files")
    assert size_mb < MAX_MB[image.name], size_mb


def check_one_program_and_no_shell(image):
    programs = [path for path, m in image.regular().items()
                if m.mode & stat.S_IXUSR and ".so" not in path and not path.startswith("usr/lib")]
    assert programs == [f"usr/bin/{image.name}"], programs
    assert image.config["Entrypoint"][0] == f"/usr/bin/{image.name}"


def check_a_user_without_rights(image):
    assert image.config["User"] == "65532:65532"
    for path, member in image.files.items():
        mine = path == "data" or path.startswith("data/")
        assert member.uid == (65532 if mine else 0), f"{path} belongs to {member.uid}"
        assert not member.mode & (stat.S_ISUID | stat.S_ISGID), path
        assert member.issym() or mine or not member.mode & (stat.S_IWGRP | stat.S_IWOTH) or path in ("dev", "run"), path


def check_labels(image):
    labels = image.config["Labels"]
    for key in ("title", "description", "version", "revision"):
        value = labels[f"org.opencontainers.image.{key}"]
        assert value and value != "unknown", key


def check_stop_health_and_volume(image):
    assert image.config["StopSignal"] in ("SIGTERM", "15")
    if image.name == "factline":
        return
    test = (image.info.get("Healthcheck") or image.config["Healthcheck"])["Test"]
    assert test == ["CMD", f"/usr/bin/{image.name}", "--flagfile=/etc/factline/flags", "--health_check=serving"], test
    assert list(image.config["ExposedPorts"]) == PORTS[image.name]
    assert list(image.config["Volumes"]) == ["/data"]


def check_no_secrets(image):
    secrets = [path for path in image.files if path.startswith("etc/factline/secrets/")]
    assert not secrets, secrets
    keys = [path for path in image.regular() if path.endswith((".key", ".token"))]
    assert not keys, keys


def check_sbom_tells_of_every_file(image):
    told = {entry["fileName"].removeprefix("./"): {c["algorithm"]: c["checksumValue"] for c in entry["checksums"]}
            for entry in image.sbom()["files"]}
    for path, hashes in told.items():
        assert hashlib.sha256(image.read(path)).hexdigest() == hashes["SHA256"], path
    itself = f"usr/share/sbom/{image.name}.spdx.json"
    untold = set(image.regular()) - set(told) - {itself} - OF_THE_ENGINE
    assert not untold, untold


def check_licences_and_records_of_every_package(image):
    for package in image.sbom()["packages"][1:]:
        if not package["filesAnalyzed"]:
            continue  # its data is in the program
        name = package["name"]
        assert image.read(f"usr/share/doc/{name}/copyright")
        assert f"Package: {name}\n" in image.read(f"var/lib/dpkg/status.d/{name}").decode()


def sbom_is_valid(image, validator, work):
    path = f"{work}/{image.name}.spdx.json"
    with open(path, "wb") as file:
        file.write(image.read(f"usr/share/sbom/{image.name}.spdx.json"))
    subprocess.run([validator, "-i", path], check=True)


def main():
    tag, validator = sys.argv[1:]
    failed = False
    checks = [(name, check) for name, check in globals().items() if name.startswith("check_")]
    with tempfile.TemporaryDirectory() as work:
        if validator:
            checks.append(("check_sbom_is_valid", lambda image: sbom_is_valid(image, validator, work)))
        for name in IMAGES:
            image = Image(name, tag, work)
            for label, check in checks:
                label = f"images/{name}/{label[len('check_'):]}"
                try:
                    check(image)
                    print(f"PASSED {label}")
                except (AssertionError, KeyError, subprocess.CalledProcessError) as error:
                    failed = True
                    print(f"FAILED {label} ({type(error).__name__}: {error})")
    sys.exit(failed)


if __name__ == "__main__":
    main()
