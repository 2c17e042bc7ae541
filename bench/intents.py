"""Learns the intent weights of the offline reader from its examples, and says how well.

    pip install scikit-learn && python -m bench.intents [--write]

Prints the accuracy on each author's examples after learning from all other authors';
``--write`` then learns from all and writes words/intent_weights.tsv.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from drafts.reading.offline import habits
from drafts.reading.types import Intent

EXAMPLES = Path(__file__).with_name("intent_examples.tsv")
INTENTS = [intent.value for intent in Intent]
STRENGTH = 10.0  # the inverse of the regularisation; 1 to 10 differ by one point
SEEN_TWICE = 2

Example = tuple[str, str, set[str]]  # author, intent, features


def load_examples() -> list[Example]:
    rows = (line.split("\t") for line in EXAMPLES.read_text(encoding="utf-8").splitlines()[1:])
    return [(author, intent, habits.features(words.split())) for author, intent, words in rows]


def learn(examples: list[Example]) -> tuple[DictVectorizer, LogisticRegression]:
    """Logistic regression over the features that stand in two examples or more."""
    counts: dict[str, int] = {}
    for _, _, found in examples:
        for feature in found:
            counts[feature] = counts.get(feature, 0) + 1
    kept = [{f: 1 for f in found if counts[f] >= SEEN_TWICE} for _, _, found in examples]
    vectors = DictVectorizer()
    model = LogisticRegression(C=STRENGTH, max_iter=500)
    model.fit(vectors.fit_transform(kept), [intent for _, intent, _ in examples])
    return vectors, model


def accuracy(examples: list[Example], author: str) -> float:
    """On one author's examples, learned from the others'."""
    vectors, model = learn([e for e in examples if e[0] != author])
    theirs = [e for e in examples if e[0] == author]
    guesses = model.predict(vectors.transform([dict.fromkeys(e[2], 1) for e in theirs]))
    return sum(guess == e[1] for guess, e in zip(guesses, theirs, strict=True)) / len(theirs)


def write(vectors: DictVectorizer, model: Any) -> int:
    """Hundredths, a row a feature, a column an intent; rows of noughts are left out."""
    order = [list(model.classes_).index(name) for name in INTENTS]
    rows = [(habits.BIAS, [model.intercept_[at] for at in order])]
    for feature, column in sorted(vectors.vocabulary_.items()):
        rows.append((feature, [model.coef_[at][column] for at in order]))
    lines = ["\t".join(["words", *INTENTS])]
    for feature, values in rows:
        hundredths = [round(value * 100) for value in values]
        if any(hundredths):
            lines.append("\t".join([feature, *map(str, hundredths)]))
    Path(str(habits.WEIGHTS)).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines) - 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="learn from all and write the weights")
    parser.add_argument("--without", default="", help="an author to leave out when writing")
    options = parser.parse_args()
    examples = load_examples()
    for author in sorted({author for author, _, _ in examples}):
        print(f"author {author}: {accuracy(examples, author):.3f}")
    if options.write:
        written = write(*learn([e for e in examples if e[0] != options.without]))
        print(f"{written} features written from {len(examples)} examples")


if __name__ == "__main__":
    main()
