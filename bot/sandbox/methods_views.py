"""The Web API's views.* methods, and the stack of modals they and the answers to submissions share."""

from __future__ import annotations

import secrets

from bot.sandbox.blocks import view_body
from bot.sandbox.call import Call
from bot.sandbox.forms import kept
from bot.sandbox.refusals import Refused, Word
from bot.sandbox.shapes import view_json
from bot.sandbox.workspace import Json, View, Workspace

MAX_STACK = 3


def _new_hash(workspace: Workspace) -> str:
    return f"{int(workspace.clock())}.{secrets.token_hex(4)}"


def _claim(workspace: Workspace, body: Json, view_id: str | None = None) -> None:
    """Refused: duplicate_external_id, where another open view carries the same external id."""
    external = body.get("external_id")
    if external and any(v.body.get("external_id") == external and v.id != view_id for v in workspace.views.values()):
        raise Refused(Word.DUPLICATE_EXTERNAL_ID)


def show(workspace: Workspace, user: str, body: Json, *, push: bool = False) -> View:
    """Put a modal on a person's screen, alone or on top of what is there. Refused: push_limit_reached."""
    stack = workspace.modals.get(user, []) if push else []
    if len(stack) >= MAX_STACK:
        raise Refused(Word.PUSH_LIMIT_REACHED)
    _claim(workspace, body)
    if not push:
        clear(workspace, user)
    view_id = "V0" + secrets.token_hex(5).upper()
    view = View(view_id, user, body, _new_hash(workspace), stack[0] if stack else view_id, stack[-1] if stack else None)
    workspace.views[view.id] = view
    workspace.modals[user] = [*stack, view.id]
    workspace.touch()
    return view


def replace(workspace: Workspace, view: View, body: Json) -> View:
    """Give an open view a new body. What was typed stays where block_id and action_id stay."""
    _claim(workspace, body, view.id)
    view.values = kept(view.body["blocks"], body["blocks"], view.values)
    view.body, view.hash = body, _new_hash(workspace)
    view.errors, view.trouble = {}, ""
    workspace.touch()
    return view


def close(workspace: Workspace, view: View) -> None:
    """Take one modal off its person's stack, and those above it."""
    stack = workspace.modals.get(view.user, [])
    if view.id in stack:
        place = stack.index(view.id)
        for gone in stack[place:]:
            workspace.views.pop(gone, None)
        workspace.modals[view.user] = stack[:place]
    workspace.touch()


def clear(workspace: Workspace, user: str) -> None:
    """Close all modals of a person."""
    for gone in workspace.modals.pop(user, []):
        workspace.views.pop(gone, None)
    workspace.touch()


def _given(call: Call, *kinds: str) -> Json:
    return view_body(call.structure("view", Word.INVALID_ARGUMENTS), kinds=kinds)


def open_view(call: Call) -> Json:
    """views.open: a modal for whoever made the click that the trigger id came from."""
    trigger_id = call.required("trigger_id")
    body = _given(call, "modal")
    return {"view": view_json(show(call.workspace, call.triggers.exchange(trigger_id).user, body))}


def push_view(call: Call) -> Json:
    """views.push: a modal on top of the one in which the click was made; three deep at most."""
    trigger_id = call.required("trigger_id")
    body = _given(call, "modal")
    trigger = call.triggers.exchange(trigger_id)
    if trigger.view is None or trigger.view not in call.workspace.modals.get(trigger.user, []):
        raise Refused(Word.INVALID_TRIGGER_ID)
    return {"view": view_json(show(call.workspace, trigger.user, body, push=True))}


def update_view(call: Call) -> Json:
    """views.update: by view_id or external_id, guarded by `hash` where one is given."""
    view_id, external = call.text("view_id"), call.text("external_id")
    if not view_id and not external:
        raise Refused(Word.INVALID_ARGUMENTS, ["[ERROR] either view_id or external_id is required"])
    body = _given(call, "modal", "home")
    named = (v for v in call.workspace.views.values() if external and v.body.get("external_id") == external)
    view = call.workspace.views.get(view_id) or next(named, None)
    if view is None:
        raise Refused(Word.NOT_FOUND)
    _check_hash(call, view)
    if view.kind != body["type"]:
        raise Refused(Word.INVALID_ARGUMENTS, ["[ERROR] view type cannot change [json-pointer:/view/type]"])
    return {"view": view_json(replace(call.workspace, view, body))}


def _check_hash(call: Call, view: View) -> None:
    given = call.text("hash")
    if given and given != view.hash:
        raise Refused(Word.HASH_CONFLICT)


def publish_view(call: Call) -> Json:
    """views.publish: what one person sees on the app's Home tab."""
    user = call.workspace.user(call.required("user_id"))
    body = _given(call, "home")
    view = call.workspace.home(user.id)
    if view is None:
        _claim(call.workspace, body)
        view_id = "V0" + secrets.token_hex(5).upper()
        view = View(view_id, user.id, body, _new_hash(call.workspace), view_id)
        call.workspace.views[view_id] = view
        call.workspace.homes[user.id] = view_id
        call.workspace.touch()
    else:
        _check_hash(call, view)
        replace(call.workspace, view, body)
    return {"view": view_json(view)}
