"""The base model that a leaderboard entry was fine-tuned from, by the rule of the published HCA study.

The rule reads names and sizes; it knows nothing of how a model was made. Where its wording left room, the choice is the
one that gives the domain sizes that the study reports.
"""

import re

# Families in the order in which they are looked for, the more specific first, and how names spell them: a hyphen, an
# underscore or nothing between the parts.
_SPELLINGS = [
    ("llama-3.2", r"llama[-_]?3\.2\.?"), ("llama-3.1", r"llama[-_]?3\.1\.?"), ("llama-3", r"llama[-_]?3(?!\.\d)"),
    ("llama-2", r"llama[-_]?2"), ("llama-1", r"llama[-_]?1"),
    ("mistral", r"mistral"), ("mixtral", r"mixtral"),
    ("gemma-2", r"gemma[-_]?2"), ("gemma-1", r"gemma"),
    ("qwen2.5", r"qwen[-_]?2\.5"), ("qwen2", r"qwen[-_]?2(?!\.\d)"), ("qwen1", r"qwen"),
    ("yi-1.5", r"yi[-_]?1\.5"), ("yi-1", r"yi[-_]?1"),
    ("phi-3", r"phi[-_]?3(?:\.5)?"), ("phi-2", r"phi[-_]?2"), ("phi-1.5", r"phi[-_]?1\.5"), ("phi-1", r"phi[-_]?1"),
    ("falcon", r"falcon"), ("mpt", r"mpt"),
]
_SIZE = r"(\d+(?:\.\d+)?)b"
_DIRECTLY = [("mixtral", re.compile(r"mixtral[-_]?(8x7)b"))] + [
    (family, re.compile(spelling + r"[-_]?" + _SIZE)) for family, spelling in _SPELLINGS]

# Names that say the family but not the size, or not beside it. Bare "qwen", "gemma", "mistral", "falcon" and "mpt" say
# too little: they are in the names of merges and derivatives of other families and other sizes.
_ANYWHERE = [(family, re.compile(spelling + (r"(?!\d)" if family == "qwen2" else "")))
             for family, spelling in _SPELLINGS
             if family not in ("mistral", "gemma-2", "gemma-1", "qwen1", "falcon", "mpt")] + [
    (family, re.compile(family)) for family in ("deepseek", "stablelm", "bloom")]
# Not the 7b of a mixture such as 2x7b.
_SIZE_ANYWHERE = re.compile(r"(?<![\dx.])" + _SIZE)
_MIXTURE_8X7 = re.compile(r"(?<![\dx.])(8x7)b")

# Sizes in 10^9 parameters that go by a rounder name.
_NOMINAL_SIZES = {"phi-3": [(3.7, 3.9, "4"), (13.9, 14.1, "14")], "mixtral": [(46.0, 47.0, "8x7")]}

# Part of the architecture's name, range of sizes in 10^9 parameters, base model.
_ARCHITECTURES = [
    ("llama", 7.8, 8.3, "llama-3-8b"), ("llama", 6.7, 7.5, "llama-2-7b"), ("llama", 12.5, 13.5, "llama-2-13b"),
    ("mistral", 7.0, 7.5, "mistral-7b"), ("gemma2", 8.9, 9.5, "gemma-2-9b"),
    ("qwen2", 14.0, 15.0, "qwen2.5-14b"), ("qwen2", 7.4, 7.8, "qwen2-7b"),
    ("qwen2", 0.45, 0.55, "qwen2-0.5b"), ("qwen2", 1.4, 1.7, "qwen2-1.5b"),
]


def base_model(name, base_field="", architecture="", params_b=-1.0):
    """The base model as "family-size", or "" where no rule applies.

    name          name of the model, with or without its owner
    base_field    what the leaderboard's Base Model column says
    architecture  such as LlamaForCausalLM
    params_b      size in 10^9 parameters, 0 or less where unknown
    """
    name, base_field = name.lower(), base_field.lower()
    return (_named_together(name, params_b) or _named_together(base_field, params_b)
            or _named_apart(base_field, params_b) or _named_apart(name, params_b)
            or _by_architecture(name, architecture.lower(), params_b))


def _named_together(text, params_b):
    """Rules 1 and 2: a family directly followed by a size."""
    for family, pattern in _DIRECTLY:
        found = pattern.search(text)
        if not found:
            continue
        # The domain mistral-7b of the study holds models of that very size only, no stacks of two.
        if family == "mistral" and found[1] == "7" and params_b > 0 and not 7.0 <= params_b <= 7.5:
            return ""
        return f"{family}-{found[1]}b"
    return ""


def _named_apart(text, params_b):
    """Rule 3: a family named anywhere, a size named elsewhere in the text or else that of the parameters, cut off."""
    for family, pattern in _ANYWHERE:
        if not pattern.search(text):
            continue
        size = (family == "mixtral" and _MIXTURE_8X7.search(text)) or _SIZE_ANYWHERE.search(text)
        if size:
            return f"{family}-{size[1]}b"
        for low, high, nominal in _NOMINAL_SIZES.get(family, []):
            if low <= params_b <= high:
                return f"{family}-{nominal}b"
        return f"{family}-{int(params_b)}b" if params_b > 0 else ""
    return ""


def _by_architecture(name, architecture, params_b):
    """Rule 4: architecture and size."""
    for part, low, high, model in _ARCHITECTURES:
        if part in architecture and low <= params_b <= high:
            if model == "qwen2-7b" and re.search(r"qwen[-_]?2\.5", name):
                return "qwen2.5-7b"
            return model
    return ""
