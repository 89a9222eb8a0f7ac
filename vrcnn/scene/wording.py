"""Numbers as people write them, on boards, signs and panels."""


def percent(probability: float) -> str:
    """A probability with sensible digits: 93 %, 4.2 %, < 0.1 %."""
    share = 100 * probability
    if share >= 9.95:
        return f"{share:.0f} %"
    return f"{share:.1f} %" if share >= 0.05 else "< 0.1 %"


def rate(part: float) -> str:
    """A share of what was counted, from 0 to 1: what is none is 0 %, and only what is all is 100 %."""
    if part in (0.0, 1.0):
        return f"{100 * part:.0f} %"
    return percent(part) if part < 0.995 else f"{min(99.9, 100 * part):.1f} %"


def spoken(count: int) -> str:
    """A count with sensible digits: 950, 12.5 thousand, 4.65 million."""
    for unit, word in ((10**9, " billion"), (10**6, " million"), (10**3, " thousand")):
        if count >= unit:
            return f"{count / unit:.3g}{word}"
    return str(count)


def counted(count: int, what: str) -> str:
    """A count with its noun: 1 layer, 24,315 feature maps."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def duration(seconds: float) -> str:
    """A time with two or three digits that matter: 4.2 ms, 84 ms, 1.3 s, 75 s."""
    if seconds < 0.00995:
        return f"{1000 * seconds:.1f} ms"
    if seconds < 0.9995:
        return f"{1000 * seconds:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"


def storage(count: int) -> str:
    """Bytes with two digits that matter: 500 MB, 2.0 GB; by 1024, as `--memory` counts."""
    for unit, word in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
        if count >= unit:
            return f"{count / unit:.1f} {word}" if count < 10 * unit else f"{count / unit:.0f} {word}"
    return f"{count} bytes"


def time_left(seconds: float) -> str:
    """A time to wait, roughly: 8 s, 3 min, 2 h 10 min."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
