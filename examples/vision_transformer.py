"""Vision Transformer (Dosovitskiy et al., "An Image is Worth 16x16 Words", ICLR 2021), small and easy to read.

    vrcnn run examples/vision_transformer.py

The picture is cut into patches of 16 x 16 pixels, each of which becomes a token. In every block the tokens look at each
other (attention, in several heads) and then each is worked on alone. A further token, which is no patch, gathers what
the classifier reads. The weights are random, always the same.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

title = "Vision Transformer"
input_size = (3, 224, 224)

PATCH = 16  # pixels
WIDTH = 192  # numbers in a token
HEADS = 6


class Attention(nn.Module):
    """Every token asks (query), offers (key) and gives (value), in each head apart."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query_key_value = nn.Linear(width, 3 * width)
        self.project = nn.Linear(width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        batch, count, width = tokens.shape
        parts = self.query_key_value(tokens).reshape(batch, count, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        looked = functional.scaled_dot_product_attention(query, key, value)
        return self.project(looked.transpose(1, 2).reshape(batch, count, width))


class Block(nn.Module):
    """Attention between the tokens, then two layers for each token alone; both add to what comes in."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.widen = nn.Linear(width, 4 * width)
        self.gelu = nn.GELU()
        self.narrow = nn.Linear(4 * width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        tokens = tokens + self.attention(self.norm1(tokens))
        return tokens + self.narrow(self.gelu(self.widen(self.norm2(tokens))))


class VisionTransformer(nn.Module):
    """Pictures (N, 3, S, S) in, one score for each class out."""

    def __init__(self, depth: int, classes: int = 1000, side: int = 224) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, WIDTH, PATCH, stride=PATCH)
        self.class_token = nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.positions = nn.Parameter(torch.zeros(1, 1 + (side // PATCH) ** 2, WIDTH))
        self.blocks = nn.Sequential(*(Block(WIDTH, HEADS) for _ in range(depth)))
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, classes)
        nn.init.normal_(self.class_token, std=0.02)
        nn.init.normal_(self.positions, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.patches(x).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.class_token.expand(len(tokens), -1, -1), tokens], 1) + self.positions
        return self.head(self.norm(self.blocks(tokens))[:, 0])


def build_model(depth: int = 6) -> VisionTransformer:
    """A transformer of `depth` blocks. Random weights, the same every time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return VisionTransformer(depth).eval()
