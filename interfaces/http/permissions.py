"""What the app asks its owner for, what for, and what stops without; in the caller's language."""

from __future__ import annotations

from fastapi import APIRouter, Request

from application.phrases import phrase
from domain.base import Value
from domain.permission import USES, Permission, Use
from domain.platform import Platform
from interfaces.http.errors import language_of, problems

router = APIRouter(prefix="/v1", tags=["joining"])


class ShownUse(Value):
    use: Use
    why: str
    without: str


class ShownPermission(Value):
    platform: Platform
    permission: Permission
    name: str
    uses: tuple[ShownUse, ...]


class Permissions(Value):
    permissions: tuple[ShownPermission, ...]


@router.get(
    "/permissions",
    summary="What is each permission for, and what stops without?",
    responses=problems(422),
)
def permissions(request: Request, platform: Platform | None = None) -> Permissions:
    """An alarm is raised without any of them. Of all platforms where none is named."""
    language = language_of(request)
    return Permissions(
        permissions=tuple(
            ShownPermission(
                platform=one,
                permission=permission,
                name=phrase(f"permission.{permission}", language),
                uses=tuple(
                    ShownUse(
                        use=use,
                        why=phrase(f"use.{use}.why", language),
                        without=phrase(f"use.{use}.without", language),
                    )
                    for use in uses
                ),
            )
            for one, table in USES.items()
            if platform in {None, one}
            for permission, uses in table.items()
        )
    )
