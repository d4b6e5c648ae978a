"""Colours and other attributes that SGR sequences set: M14."""

import re

# Strings that a terminal swallows (OSC, DCS and the like), and control sequences.
ESCAPE = re.compile(r"\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b\[([0-9;:]*)m")
ATTRIBUTES = ("1", "2", "3", "4", "5", "7", "8", "9", "53")
# Parameters that reset attributes and colours.
OFF = {
    "22": ("1", "2"), "23": ("3",), "24": ("4",), "25": ("5",), "27": ("7",), "28": ("8",), "29": ("9",), "55": ("53",),
    "39": ("38",), "49": ("48",), "59": ("58",),
}  # fmt: skip


def carry_after(carry, text):
    """The SGR parameters in force after a text, if `carry` were in force before it."""
    if "\x1b" not in text:
        return carry
    state = apply_sgr({}, carry)
    for match in ESCAPE.finditer(text):
        if match[1] is not None:
            state = apply_sgr(state, match[1])
    return format_sgr(state)


def format_sgr(state):
    """The parameters that lead to a state, in the order of M14."""
    return ";".join(state[key] for key in (*ATTRIBUTES, "38", "48", "58") if key in state)


def apply_sgr(state, params):
    """`state` maps an attribute, or the kind of a colour, to the parameters that set it."""
    state = dict(state)
    groups = params.split(";")
    while groups:
        code = groups.pop(0)
        if ":" in code:
            apply_colons(state, code.split(":"))
        elif code in ("", "0"):
            state.clear()
        elif code in OFF:
            for key in OFF[code]:
                state.pop(key, None)
        elif code in ATTRIBUTES:
            state[code] = code
        elif code in ("6", "21"):
            state["5" if code == "6" else "4"] = "5" if code == "6" else "21"
        elif code in ("38", "48", "58"):
            count = {"5": 2, "2": 4}.get(groups[0] if groups else "", len(groups))
            set_colour(state, code, groups[:count])
            del groups[:count]
        elif code.isdigit() and (30 <= int(code) <= 37 or 90 <= int(code) <= 97):
            state["38"] = code
        elif code.isdigit() and (40 <= int(code) <= 47 or 100 <= int(code) <= 107):
            state["48"] = code
    return state


def apply_colons(state, parts):
    """4:3 is a curly underline, 38:2::R:G:B a colour."""
    if parts[0] == "4" and parts[1] in ("0", "1", "2", "3", "4", "5"):
        state.pop("4", None)
        if parts[1] != "0":
            state["4"] = {"1": "4", "2": "21"}.get(parts[1], f"4:{parts[1]}")
    elif parts[0] in ("38", "48", "58"):
        set_colour(state, parts[0], parts[1:2] + parts[3:6] if len(parts) >= 6 else parts[1:])


def set_colour(state, kind, parts):
    values = [int(part or 0) for part in parts]
    if (values[:1], len(values)) in (([5], 2), ([2], 4)) and max(values[1:]) <= 255:
        state[kind] = ";".join([kind, *map(str, values)])
