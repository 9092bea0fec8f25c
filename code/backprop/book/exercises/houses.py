"""The exercises of the project *The price of a house*."""

from .number import Number

too_high = Number(
    name="houses-1",
    trains="an error of a logarithm is a factor",
    minutes=3,
    difficulty=1,
    hint="A difference of logarithms is the logarithm of a quotient. By which factor is the prediction too high?",
    decimals=0,
    solution="34.986",
    because="log ŷ − log y = 0.3, so ŷ/y = e^0.3 = 1.35: a factor, of which 1 would be right.",
    right=("35", "100 * (2.718281828**0.3 - 1)", '"35"'),
    wrong={
        "30": "0.3 is a difference of logarithms, and about 30 % only while it is small. The factor is e^0.3.",
        "135": "That is the prediction in per cent of the price. How much of it is too much?",
        "26": "That is by how much the price is below the prediction. Here the price is the 100 %.",
        "0.35": "That is the share. In per cent it is a hundred times as much.",
        "1.35": "That is the factor, predicted over price.",
        "100": "That is for logarithms to the base 10. This book's log is the natural one.",
    },
)

one_house = Number(
    name="houses-2",
    trains="what one sample does to a mean",
    minutes=4,
    difficulty=1,
    hint="The mean is over the houses of the test part. How many are they?",
    decimals=0,
    solution="1282000 / 18",
    because="A fifth of 88 houses is 18 houses. The house is 1,600,000 − 318,000 = 1,282,000 dollars off; "
    "as one of 18 it adds 1,282,000 / 18 = 71,222 to the mean.",
    right=("71222", "71222.22", '"71222"'),
    wrong={
        "1282000": "That is the error of the house. In the mean it is one of several.",
        "14568": "The mean is over the test part alone, not over all 88 houses.",
        "88889": "A right prediction says 318,000; only what is above it is an error.",
        "17667": "That is the price, shared out. The error is predicted minus price.",
        "72841": "A part has whole houses: a fifth of 88, rounded, is 18.",
        "18314": "That divides by the 70 houses that the program is fitted to. The mean is over the others.",
        "-71222": "The error is a size, |ŷ − y|: it raises the mean.",
    },
)

EXERCISES = [too_high, one_house]
