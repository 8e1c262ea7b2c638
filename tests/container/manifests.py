"""What no schema knows of the manifests: that every container is as restricted as its namespace wants, that the probes
ask for health as the program speaks it, that ports, services, policies and volumes fit each other, and that the secrets
hold the files that the images read.

  manifests.py KUSTOMIZE_OUTPUT
"""
import pathlib
import re
import sys

import yaml

FLAGS = pathlib.Path(__file__).resolve().parents[2] / "deploy/container/flags"
PORTS = {"ingestor": 50051, "indexer": 50052, "query": 50053}
METRICS = {"ingestor": 9461, "indexer": 9462, "query": 9463}


def flags_of(server):
    return dict(re.findall(r"^--(\w+)=(.*)$", (FLAGS / server).read_text(), re.MULTILINE))


def read(path):
    by_kind = {}
    for document in yaml.safe_load_all(open(path, encoding="utf-8")):
        by_kind.setdefault(document["kind"], {})[document["metadata"]["name"]] = document
    return by_kind


def containers(objects):
    for name, workload in objects["StatefulSet"].items():
        for container in workload["spec"]["template"]["spec"]["containers"]:
            yield workload, container


def selects(selector, pod_labels):
    return all(pod_labels.get(key) == value for key, value in selector.items())


def check_all_servers_are_there(objects):
    assert {c["name"] for _, c in containers(objects)} == set(PORTS)


def check_containers_are_restricted(objects):
    for workload, container in containers(objects):
        pod, own = workload["spec"]["template"]["spec"], container["securityContext"]
        assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] == 65532
        assert pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
        assert pod["automountServiceAccountToken"] is False
        assert own["allowPrivilegeEscalation"] is False and own["readOnlyRootFilesystem"] is True
        assert own["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["requests"].keys() == {"cpu", "memory"} and container["resources"]["limits"]["memory"]


def check_probes_ask_for_health(objects):
    for _, container in containers(objects):
        program = ["/usr/bin/" + container["name"], "--flagfile=/etc/factline/flags"]
        live = container["livenessProbe"]["exec"]["command"]
        assert live == program + ["--health_check=answering"], "a restart mends only what does not answer"
        for kind in ("startupProbe", "readinessProbe"):
            if kind in container:
                assert container[kind]["exec"]["command"][:2] == program, container["name"]
        assert "startupProbe" in container


def check_ports_are_those_of_the_images(objects):
    for _, container in containers(objects):
        assert container["ports"][0]["containerPort"] == PORTS[container["name"]]
        assert flags_of(container["name"])["listen"] == f"0.0.0.0:{PORTS[container['name']]}"


def check_metrics_are_shown_where_the_ports_say(objects):
    for _, container in containers(objects):
        port = METRICS[container["name"]]
        assert [p["containerPort"] for p in container["ports"][1:]] == [port]
        assert f"--metrics_listen=0.0.0.0:{port}" in container["args"]


def check_secrets_hold_what_the_images_read(objects):
    for workload, container in containers(objects):
        mounts = {m["mountPath"]: m["name"] for m in container["volumeMounts"]}
        volumes = {v["name"]: v for v in workload["spec"]["template"]["spec"]["volumes"]}
        secret = objects["Secret"][volumes[mounts["/etc/factline/secrets"]]["secret"]["secretName"]]
        wanted = {pathlib.Path(value).name for value in flags_of(container["name"]).values()
                  if value.startswith("/etc/factline/secrets/")}
        assert wanted == set(secret["data"]), f"{container['name']}: {wanted} != {set(secret['data'])}"


def check_data_is_on_a_volume_of_its_own(objects):
    for workload, container in containers(objects):
        claims = {claim["metadata"]["name"] for claim in workload["spec"]["volumeClaimTemplates"]}
        mounted = {m["name"] for m in container["volumeMounts"] if m["mountPath"] == "/data"}
        assert mounted and mounted <= claims


def check_selectors_meet_pods(objects):
    pods = [w["spec"]["template"]["metadata"]["labels"] for w in objects["StatefulSet"].values()]
    for name, workload in objects["StatefulSet"].items():
        labels = workload["spec"]["template"]["metadata"]["labels"]
        assert selects(workload["spec"]["selector"]["matchLabels"], labels), name
        assert workload["spec"]["serviceName"] in objects["Service"], name
    for name, service in objects["Service"].items():
        assert sum(selects(service["spec"]["selector"], labels) for labels in pods) == 1, name
    for kind, key in (("NetworkPolicy", "podSelector"), ("PodDisruptionBudget", "selector")):
        for name, item in objects[kind].items():
            assert any(selects(item["spec"][key]["matchLabels"], labels) for labels in pods), name


def check_the_indexer_finds_the_ingestor(objects):
    host, port = flags_of("indexer")["log_address"].split(":")
    assert int(port) in [p["port"] for p in objects["Service"][host]["spec"]["ports"]]


def check_clients_are_told_by_one_label(objects):
    """A label added to every selector, as kustomize's commonLabels do, would shut the clients out."""
    for name, policy in objects["NetworkPolicy"].items():
        for rule in policy["spec"].get("ingress", []):
            for peer in rule["from"]:
                labels = peer["podSelector"]["matchLabels"]
                assert "namespaceSelector" not in peer or list(labels.values()) == ["true"], f"{name}: {labels}"


def check_every_replica_is_awaited_by_the_log(objects):
    index = objects["StatefulSet"]["index"]
    names = [f"index-{i}" for i in range(index["spec"]["replicas"])]
    ingestor = objects["StatefulSet"]["ingestor"]["spec"]["template"]["spec"]["containers"][0]
    assert f"--await_consumers={','.join(names)}" in ingestor["args"]


def main():
    failed = False
    objects = read(sys.argv[1])
    for name, check in sorted(globals().items()):
        if not name.startswith("check_"):
            continue
        try:
            check(objects)
            print(f"PASSED files/{name[len('check_'):]}")
        except (AssertionError, KeyError) as error:
            failed = True
            print(f"FAILED files/{name[len('check_'):]} ({type(error).__name__}: {error})")
    sys.exit(failed)


if __name__ == "__main__":
    main()
