#!/usr/bin/env python3
"""Make up scores of patients at sites: a table from outside language models, as untidy as such tables are.

Two hidden abilities, speed and memory, lie behind six tests, and speed acts on memory; how strongly, and how much each varies
by itself, differs from site to site. Tests have units of their own, a symptom score ends at 0, one site did not give one of
the tests, scores are missing here and there (code -9), and the file has semicolons and decimal commas.

The order can be told from such data because the abilities are skewed (each alone is exponential: few patients are far better than
most) and because what speed does to memory differs between sites. One test measures each ability alone and closely, reaction time
and words recalled: these name the factors.

usage: patients.py [SEED] > patients.csv
"""

import random
import sys

SITES = ("Aarhus", "Basel", "Cork", "Delft", "Evora")
PATIENTS = 240  # at each site
#        name                what one unit of speed and of memory does, mean, noise, decimals
TESTS = (("symbols correct", 9.0, 4.0, 55.0, 2.0, 0),
         ("reaction ms", -40.0, 0.0, 700.0, 8.0, 1),
         ("tapping per s", 0.8, 0.3, 6.0, 0.3, 2),
         ("words recalled", 0.0, 1.5, 16.0, 0.3, 1),
         ("story points", 0.5, 3.0, 12.0, 0.8, 1),
         ("symptoms", -1.0, -2.5, 2.0, 0.7, 1))


def skewed(draw):
    """Mean 0, variance 1, and not normal: what identifies the order of the abilities."""
    return draw.expovariate(1.0) - 1.0


def rows(seed):
    draw = random.Random(seed)
    for site in SITES:
        effect, own_speed, own_memory = draw.uniform(-1.0, 1.5), draw.uniform(0.7, 1.4), draw.uniform(0.7, 1.4)
        for number in range(PATIENTS):
            speed = own_speed * skewed(draw)
            memory = effect * speed + own_memory * skewed(draw)
            cells = []
            for name, of_speed, of_memory, mean, noise, decimals in TESTS:
                score = mean + of_speed * speed + of_memory * memory + draw.gauss(0.0, noise)
                if name == "symptoms":
                    score = max(0.0, score)
                cells.append(f"{score:.{decimals}f}".replace(".", ","))
            if site == "Evora":
                cells[2] = ""
            if draw.random() < 0.05:
                cells[draw.randrange(len(cells))] = "-9"
            yield [f"{site[0]}{number:03}", site, *cells]


if __name__ == "__main__":
    print(";".join(["patient", "site", *(test[0] for test in TESTS)]))
    for row in rows(int(sys.argv[1]) if len(sys.argv) > 1 else 1):
        print(";".join(row))
