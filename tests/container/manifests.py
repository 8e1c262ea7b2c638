"""What no schema knows of the manifests: that every container is as restricted as its namespace wants, that the probes
ask for health as the program speaks it, that ports, services, policies and volumes fit each other, and that the secrets
hold the files that the images read. For overlays/example.

  manifests.py KUSTOMIZE_OUTPUT
"""
import ipaddress
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
        asked = {kind: container[kind]["exec"]["command"] for kind in container if kind.endswith("Probe")}
        # A restart mends only what does not answer; and a pod that waits for its log is not to be kept from queries.
        wanted = {"startupProbe": program + ["--health_check=answering"],
                  "livenessProbe": program + ["--health_check=answering"]}
        if container["name"] != "indexer":
            wanted["readinessProbe"] = program + ["--health_check=serving"]
        assert asked == wanted, f"{container['name']}: {asked}"


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


def peer_is(peer, own_namespace, namespace, labels, address):
    """Whether a NetworkPolicy's peer is the pod with these labels in that namespace, or, without labels, the address."""
    if "ipBlock" in peer:
        return labels is None and ipaddress.ip_address(address) in ipaddress.ip_network(peer["ipBlock"]["cidr"])
    if labels is None:
        return False
    if "namespaceSelector" in peer:
        there = selects(peer["namespaceSelector"].get("matchLabels", {}), {"kubernetes.io/metadata.name": namespace})
    else:
        there = namespace == own_namespace
    return there and selects(peer.get("podSelector", {}).get("matchLabels", {}), labels)


def allowed(objects, direction, own_labels, port, namespace="factline", labels=None, address=None):
    """What the policies of a pod say of one connection from it ("egress") or to it ("ingress")."""
    key = {"egress": "to", "ingress": "from"}[direction]
    policies = [p["spec"] for p in objects["NetworkPolicy"].values()
                if selects(p["spec"]["podSelector"]["matchLabels"], own_labels)
                and direction.capitalize() in p["spec"]["policyTypes"]]
    assert policies, "a pod without a policy is open to all"
    return any(port in [p["port"] for p in rule["ports"]]
               and any(peer_is(peer, "factline", namespace, labels, address) for peer in rule[key])
               for policy in policies for rule in policy.get(direction, []))


def check_the_policies_let_in_who_is_named_and_nobody_else(objects):
    pods = {name: w["spec"]["template"]["metadata"]["labels"] for name, w in objects["StatefulSet"].items()}
    ports = {"ingestor": [50051, 9461], "index": [50052, 50053, 9462, 9463]}
    may = {"ingest": {50051}, "query": {50053}, "admin": {50051, 50052, 50053}, "metrics": {9461, 9462, 9463}, "other": set()}
    for server, own in pods.items():
        for port in ports[server]:
            for client, open_ports in may.items():
                labels = {f"factline.client/{client}": "true"}
                for namespace in ("factline", "desks"):
                    said = allowed(objects, "ingress", own, port, namespace, labels)
                    assert said == (port in open_ports), f"{client} in {namespace} -> {server}:{port}: {said}"
            for caller, labels in pods.items():
                said = allowed(objects, "ingress", own, port, "factline", labels)
                assert said == ((caller, port) == ("index", 50051)), f"{caller} -> {server}:{port}: {said}"
            assert not allowed(objects, "ingress", own, port, "desks", pods["index"]), "another's pod of that name"


def check_the_servers_reach_the_log_and_names_alone(objects):
    pods = {name: w["spec"]["template"]["metadata"]["labels"] for name, w in objects["StatefulSet"].items()}
    dns = {"k8s-app": "kube-dns"}
    rows = [  # from, to, port, may it
        ("index", {"labels": pods["ingestor"]}, 50051, True),
        ("index", {"labels": pods["ingestor"], "namespace": "desks"}, 50051, False),
        ("index", {"labels": pods["ingestor"]}, 9461, False),
        ("index", {"labels": pods["index"]}, 50052, False),
        ("index", {"labels": dns, "namespace": "kube-system"}, 53, True),
        ("index", {"labels": dns, "namespace": "desks"}, 53, False),
        ("index", {"labels": dns, "namespace": "kube-system"}, 443, False),
        ("index", {"address": "169.254.20.10"}, 53, True),
        ("index", {"address": "169.254.169.254"}, 53, False),
        ("index", {"address": "192.0.2.1"}, 53, False),
        ("ingestor", {"labels": dns, "namespace": "kube-system"}, 53, False),
        ("ingestor", {"labels": pods["index"]}, 50053, False),
    ]
    for server, to, port, may in rows:
        assert allowed(objects, "egress", pods[server], port, **to) == may, f"{server} -> {to}:{port}"


def check_pods_have_names_before_they_are_ready(objects):
    """Or `factline admin` could not ask a replica what keeps it."""
    for workload in objects["StatefulSet"].values():
        service = objects["Service"][workload["spec"]["serviceName"]]["spec"]
        assert service["clusterIP"] == "None" and service["publishNotReadyAddresses"] is True


def check_images_are_of_the_overlays_registry(objects):
    for _, container in containers(objects):
        assert re.fullmatch(rf"registry\.example\.org/factline/{container['name']}:[\d.]+", container["image"])


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
