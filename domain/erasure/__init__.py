"""How a person is forgotten: asked for, confirmed by somebody else, done, and proved."""

from domain.erasure.erasure import Erasure
from domain.erasure.facts import ErasureReason, ErasureStage, SubjectKind

__all__ = ["Erasure", "ErasureReason", "ErasureStage", "SubjectKind"]
