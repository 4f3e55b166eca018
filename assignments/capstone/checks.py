"""The checks and the rubric of the capstone. The release puts them into the notebook."""

from utils.exercises import check_for, need, open_question


@check_for("ex-capstone-cluster", points=2)
def own_cluster(ask):
    """`cluster` is a cluster of your own, with three firms or more"""
    names = ask("[firm.name for firm in cluster.firms]")
    need(isinstance(names, list), "`cluster` should be a Cluster: `Cluster(name, firms, …)` or `Cluster.load(file)`.")
    need(len(names) >= 3, f"A cluster has three firms or more; yours has {len(names)}.")
    unchanged = ask("cluster.name in ('Steel and cement port', 'Chemical cluster', 'Small and scattered')")
    need(unchanged is False, "That is a ready cluster under its own name. Design yours, and give it a name.")


@check_for("ex-capstone-cluster", points=1)
def comes_back(ask):
    """`cluster` comes back from its JSON without loss"""
    same = ask("Cluster.from_json(cluster.to_json()) == cluster")
    need(same is True, "Build it with `Cluster`, and change no field.")


@check_for("ex-capstone-cluster", points=1)
def abates(ask):
    """`plan` is a plan for it, and the cluster abates something"""
    need(ask("plan.cluster == cluster") is True, "`plan` should be `Plan(cluster, {…})`, for this cluster.")
    need(any(way != "none" for way in ask("[firm.technology for firm in cluster.firms]")), "No firm does anything.")


open_question(
    "ex-capstone-plan",
    {
        "the place and the firms are described with sources, and what is made up is said to be": 4,
        "technologies, partners and policy fit the place, and another choice was tried": 4,
        "the cost curve and the path are read correctly, alone and shared": 4,
        "probability is said with its conditions, and the assumption worth knowing is named": 4,
        "says who pays, who could refuse, and who signs first": 2,
        "names the weak points of the plan, and what would change the author's mind": 2,
    },
)
