"""How much memory maps get: half of what the machine, and the groups that the process is in, can spare."""

from pathlib import Path

import psutil
import pytest

from vrcnn.engine.memory import LEAST, default_budget, room_in_groups, shared_out

MB = 1 << 20


@pytest.fixture
def groups(tmp_path: Path) -> Path:
    """A folder as /sys/fs/cgroup is, with a process in the group app/web."""
    (tmp_path / "own").write_text("0::/app/web\n")
    (tmp_path / "groups" / "app" / "web").mkdir(parents=True)
    return tmp_path / "groups"


def limit(folder: Path, limit: str, used: int, cached: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 123\nactive_file 9\ninactive_file {cached}\nunevictable 0\n")


def test_the_default_is_half_of_what_is_available_and_at_least_256_mb():
    available = psutil.virtual_memory().available
    limited = room_in_groups()
    spare = available if limited is None else min(available, limited)
    assert default_budget() == pytest.approx(max(LEAST, spare / 2), rel=0.2)
    assert LEAST == 256 * MB


def test_a_limit_of_the_group_counts_less_what_is_used_without_the_file_cache(groups: Path):
    limit(groups / "app" / "web", str(1000 * MB), 700 * MB, cached=200 * MB)
    assert room_in_groups(groups, groups.parent / "own") == 500 * MB


def test_a_limit_of_a_group_around_it_counts_too(groups: Path):
    limit(groups / "app" / "web", str(1000 * MB), 100 * MB)
    limit(groups / "app", str(600 * MB), 200 * MB)
    assert room_in_groups(groups, groups.parent / "own") == 400 * MB


def test_a_container_that_sees_its_group_as_the_top_is_limited(groups: Path):
    limit(groups, str(300 * MB), 100 * MB)
    (groups.parent / "own").write_text("0::/\n")
    assert room_in_groups(groups, groups.parent / "own") == 200 * MB


def test_a_group_of_the_first_version_is_limited_too(groups: Path):
    folder = groups / "memory" / "docker" / "7f"
    folder.mkdir(parents=True)
    (folder / "memory.limit_in_bytes").write_text(f"{800 * MB}\n")
    (folder / "memory.usage_in_bytes").write_text(f"{500 * MB}\n")
    (folder / "memory.stat").write_text(f"cache 1\ninactive_file 5\ntotal_inactive_file {100 * MB}\n")
    (groups.parent / "own").write_text(
        "9:name=systemd:/\n4:cpu,memory:/docker/7f\n0::/\n".replace("cpu,memory", "memory")
    )
    assert room_in_groups(groups, groups.parent / "own") == 400 * MB


def test_without_a_limit_nothing_is_said(groups: Path):
    limit(groups / "app" / "web", "max", 700 * MB)
    assert room_in_groups(groups, groups.parent / "own") is None
    assert room_in_groups(groups, groups.parent / "nowhere") is None
    assert room_in_groups(groups.parent / "nothing", groups.parent / "own") is None


def test_a_group_that_is_full_has_no_room(groups: Path):
    limit(groups / "app" / "web", str(100 * MB), 130 * MB)
    assert room_in_groups(groups, groups.parent / "own") == 0


@pytest.mark.parametrize(
    ("budget", "needs", "shares"),
    [
        (100, [30, 30], [50, 50]),  # more than they need
        (100, [10, 80], [15, 85]),
        (100, [10, 200], [10, 90]),  # who needs little gets it, the other the rest
        (100, [200, 10], [90, 10]),
        (90, [100, 200, 300], [30, 30, 30]),
        (100, [0, 500, 20], [0, 80, 20]),
        (7, [100], [7]),
    ],
)
def test_networks_share_what_there_is_by_what_they_need(budget: int, needs: list[int], shares: list[int]):
    assert shared_out(budget, needs) == shares
