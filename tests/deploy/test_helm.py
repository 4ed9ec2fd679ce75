"""The Helm chart, rendered by Helm's own code and checked against Kubernetes' own schemas."""

import re

import pytest
import yaml

from tests.deploy.commands import DEPLOY, assert_command, assert_setting
from worker.queues import QUEUES
from worker.settings import Settings

helm = pytest.importorskip("helm_python", reason="needs helm-python-sdk: `make deploy-tools`")
kubernetes = pytest.importorskip("kubernetes_validate", reason="needs kubernetes-validate: `make deploy-tools`")

CHART = DEPLOY / "helm" / "broadsheet"
EVERYTHING = {
    "catalogue": '[hedongbao]\nname = "河东报"\n',
    "settings": {"BROADSHEET_CONTACT": "ops@example.org", "BROADSHEET_LEASE_SECONDS": 200},
    "imagePullSecrets": [{"name": "registry"}],
    "image": {"digest": "sha256:" + "0" * 64},
    "metrics": {"serviceMonitor": True},
    "board": {"proxyHeader": "X-Forwarded-User", "trustedProxies": "10.0.0.0/8"},
    "archive": {"existingClaim": "papers"},
    "nodeSelector": {"disk": "ssd"},
    "tolerations": [{"key": "a", "operator": "Exists"}],
}
LEAST = {
    "keda": {"enabled": False},
    "networkPolicy": {"enabled": False},
    "podDisruptionBudget": {"enabled": False},
    "flower": {"enabled": False},
    "board": {"enabled": False},
    "metrics": {"enabled": False},
    "secrets": {"redisPassword": {"name": "", "key": "x"}},
}
#: Not Kubernetes' own: KEDA's and the Prometheus operator's.
FOREIGN = {"ScaledObject", "TriggerAuthentication", "ServiceMonitor"}


def render(values=None):
    with helm.Chart.load(str(CHART)) as chart:
        merged = chart.merge_values(values or {})
        chart.validate_schema(merged)
        rendered = chart.render(values or {}, name="paper", namespace="news")
    texts = [text for name, text in rendered.items() if name.endswith(".yaml")]
    return [document for text in texts for document in yaml.safe_load_all(text) if document]


@pytest.fixture(scope="module", params=[{}, EVERYTHING, LEAST], ids=["default", "everything", "least"])
def manifests(request):
    return render(request.param)


@pytest.fixture(scope="module")
def default():
    return render()


def of_kind(manifests, *kinds):
    return [document for document in manifests if document["kind"] in kinds]


def pods(manifests):
    return {
        document["metadata"]["name"]: document["spec"]["template"]["spec"]
        for document in of_kind(manifests, "Deployment", "Job")
    }


def environment(pod):
    return {entry["name"]: entry for entry in pod["containers"][0]["env"]}


def test_helm_finds_no_fault():
    found = helm.lint(str(CHART))
    assert found["errors"] == []
    assert [message["error"] for message in found["messages"]] == ["icon is recommended"]


@pytest.mark.parametrize("version", ["1.27", "1.34"])
def test_every_manifest_is_one_that_kubernetes_takes(manifests, version):
    for document in manifests:
        if document["kind"] not in FOREIGN:
            kubernetes.validate(document, version, strict=True)


def test_the_schemas_find_a_mistake(default):
    (job,) = of_kind(default, "Job")
    with pytest.raises(kubernetes.ValidationError):
        kubernetes.validate(job | {"spec": {**job["spec"], "backofLimit": 1}}, "1.34", strict=True)


def test_names_are_distinct_and_selectors_meet_their_pods(manifests):
    names = [(document["kind"], document["metadata"]["name"]) for document in manifests]
    assert len(names) == len(set(names))
    labels = [document["spec"]["template"]["metadata"]["labels"] for document in of_kind(manifests, "Deployment")]
    for document in manifests:
        spec = document.get("spec", {})
        selector = spec.get("selector") or spec.get("podSelector")
        if not selector or document["kind"] == "ServiceMonitor":
            continue
        wanted = selector.get("matchLabels", selector)
        assert any(wanted.items() <= each.items() for each in labels), document["metadata"]["name"]


def test_a_pod_is_locked_in(manifests):
    for name, pod in pods(manifests).items():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            security = container["securityContext"]
            assert security["readOnlyRootFilesystem"] is True, name
            assert security["allowPrivilegeEscalation"] is False
            assert security["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["requests"]
            assert container["resources"]["limits"]["memory"]
            assert {mount["name"] for mount in container["volumeMounts"]} <= {each["name"] for each in pod["volumes"]}


def test_every_command_and_setting_is_the_programs(manifests):
    for pod in pods(manifests).values():
        (container,) = pod["containers"]
        assert_command(container["command"])
        probe = container.get("livenessProbe", {}).get("exec")
        if probe:
            words = probe["command"]
            assert_command(re.search(r"exec (.*)", words[-1])[1].split() if words[0] == "sh" else words)
        for name in environment(pod):
            assert_setting(name)


def test_secrets_are_named_and_never_written(manifests):
    assert of_kind(manifests, "Secret") == []
    for pod in pods(manifests).values():
        for name, entry in environment(pod).items():
            if name.endswith(("_URL", "_PASSWORD")):
                assert set(entry) == {"name", "valueFrom"}
                assert entry["valueFrom"]["secretKeyRef"]["name"]


def test_only_the_migration_gets_the_migrators_secret(default):
    names = {
        name: environment(pod)["BROADSHEET_DATABASE_URL"]["valueFrom"]["secretKeyRef"]["name"]
        for name, pod in pods(default).items()
    }
    assert {name for name, secret in names.items() if secret == "broadsheet-migrator"} == {"paper-migrate"}


def test_the_migration_runs_before_the_new_pods(default):
    (job,) = of_kind(default, "Job")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert job["spec"]["template"]["spec"]["containers"][0]["command"] == ["broadsheet", "migrate"]


def test_each_queue_has_workers_that_are_scaled_on_its_length(default):
    scaled = {
        document["spec"]["scaleTargetRef"]["name"]: document["spec"] for document in of_kind(default, "ScaledObject")
    }
    deployments = {document["metadata"]["name"]: document for document in of_kind(default, "Deployment")}
    for queue in QUEUES:
        spec, deployment = scaled[f"paper-worker-{queue}"], deployments[f"paper-worker-{queue}"]
        (trigger,) = spec["triggers"]
        assert trigger["type"] == "redis"
        assert trigger["metadata"]["listName"] == queue
        assert all(isinstance(value, str) for value in trigger["metadata"].values())
        assert trigger["authenticationRef"]["name"] == of_kind(default, "TriggerAuthentication")[0]["metadata"]["name"]
        assert spec["minReplicaCount"] <= spec["maxReplicaCount"]
        # Two who set the number would undo each other's work.
        assert "replicas" not in deployment["spec"]
        command = deployment["spec"]["template"]["spec"]["containers"][0]["command"]
        assert command[command.index("-Q") + 1] == queue
    assert scaled["paper-worker-daily"]["minReplicaCount"] >= 1


def test_without_keda_every_queue_has_a_worker():
    manifests = render(LEAST)
    assert of_kind(manifests, *FOREIGN) == []
    for document in of_kind(manifests, "Deployment"):
        assert document["spec"]["replicas"] >= 1


def test_a_stop_lasts_longer_than_the_soft_shutdown(default):
    for name, pod in pods(default).items():
        if "worker" in name:
            assert pod["terminationGracePeriodSeconds"] >= Settings().soft_shutdown_seconds + 15


def test_pods_are_spread_and_one_may_go_at_a_time(default):
    for name, pod in pods(default).items():
        assert pod.get("topologySpreadConstraints") or name == "paper-migrate"
    assert {document["spec"]["maxUnavailable"] for document in of_kind(default, "PodDisruptionBudget")} == {1}
    (beat,) = [document for document in of_kind(default, "Deployment") if document["metadata"]["name"] == "paper-beat"]
    assert beat["spec"]["replicas"] == 2


def test_nobody_comes_in_who_is_not_named_and_only_workers_reach_the_web(default):
    policies = {document["metadata"]["name"]: document["spec"] for document in of_kind(default, "NetworkPolicy")}
    assert policies["paper"]["ingress"] == []
    to_the_web = [name for name, spec in policies.items() if any("to" in rule for rule in spec.get("egress", ()))]
    assert to_the_web == ["paper-workers"]
    (rule,) = policies["paper-workers"]["egress"]
    assert "169.254.0.0/16" in rule["to"][0]["ipBlock"]["except"]
    for name in ("flower", "board", "metrics"):
        assert policies[f"paper-{name}"]["ingress"][0]["from"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"workers": {"daily": {"processes": 0}}},
        {"settings": {"BROADSHEET_DATABASE_URL": "postgresql://x:secret@y/z"}},
        {"image": {"digest": "sha256:short"}},
        {"terminationGracePeriodSeconds": 30},
        {"no_such_value": 1},
        {"keda": {"redisAddress": "redis://:secret@redis:6379/0"}},
        {"secrets": {"databaseUrl": {"name": "", "key": "x"}}},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_values_that_make_no_sense_are_refused(wrong):
    with pytest.raises(helm.HelmError):
        render(wrong)
