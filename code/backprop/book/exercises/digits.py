"""The exercises of the project *reading digits*."""

from .number import Number

count_of_numbers = Number(
    name="digits-1",
    trains="the number of parameters of a network",
    minutes=3,
    difficulty=1,
    hint="A layer has a weight for each input and unit, and a bias for each unit. There are three layers.",
    solution="26122",
    because="64 · 128 + 128 = 8320, 128 · 128 + 128 = 16512 and 128 · 10 + 10 = 1290: each layer has inputs "
    "times units "
    "weights, and a bias for each unit.",
    right=("65 * 128 + 129 * 128 + 129 * 10", "26122.0", '"26122"'),
    wrong={
        "25856": "The biases are missing, one for each unit.",
        "9610": "That is with one hidden layer.",
        "26112": "The biases of the outputs are missing.",
        "25866": "The biases of the hidden layers are missing.",
        "26186": "The inputs are no units: they have no biases.",
        "9738": "From the first hidden layer to the second each unit has 128 weights, 128 · 128 in all.",
        "330": "That is the number of inputs and units. What is kept are the weights between them, and the biases.",
    },
)

enough_pictures = Number(
    name="digits-2",
    trains="how many pictures tell a small difference",
    minutes=4,
    difficulty=1,
    hint="A point is one per cent, so 0.3 points are 0.003. Square both sides, and solve for n.",
    solution="2178",
    because="n is at least 0.98 · 0.02/0.003² = 2177.8. That is more than the 1797 pictures of the file.",
    right=("2178.0", '"2178"', '"4356/2"'),
    wrong={
        "2177": "With 2177 it is a little more than 0.3 points. Round up.",
        "7": "The root was not squared away: n = p(1 − p)/0.003².",
        "47": "0.14/0.003 is the root of n. Square it.",
        "1": "0.3 points are 0.003, not 0.3.",
        "22": "0.3 points are 0.003, not 0.03.",
        "108889": "The factor 1 − p = 0.02 is missing.",
        "2223": "The factor p = 0.98 is missing.",
    },
)

EXERCISES = [count_of_numbers, enough_pictures]
