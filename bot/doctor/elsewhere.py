"""What answers over HTTP: a service that runs, and the team's language model."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from bot.doctor.finding import Finding, off, ok, wrong
from bot.settings import Settings

#: `/readyz` itself waits five seconds for a part.
_TIMEOUT = 7.0


async def service(settings: Settings) -> list[Finding]:
    """Whether a service runs where the settings say, and each of its parts that is not well."""
    part = "Service"
    if settings.port == 0:
        return [off(part, "it takes any free port (GOODWORD_PORT is 0), so it cannot be looked for")]
    address = f"http://{settings.own_host}:{settings.port}"
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False) as http:
            answer = await http.get(f"{address}/readyz")
        parts = answer.json()["parts"]
        troubles = {str(name): str(said) for name, said in parts.items() if said != "ok"}
    except httpx.ConnectError:
        return [off(part, f"none runs at {address}", "`goodword run` starts it")]
    except httpx.HTTPError as error:
        return [
            wrong(part, f"{address} does not answer ({type(error).__name__})", "look into its log, then restart it")
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return [wrong(part, f"what answers at {address} is not Goodword", "set GOODWORD_PORT to a free port")]
    if troubles:
        return [wrong(part, f"{name}: {said}", f"{address}/desk shows it") for name, said in troubles.items()]
    return [ok(part, f"runs at {address}: {', '.join(parts)}")]


async def language_model(settings: Settings) -> list[Finding]:
    """Whether the endpoint answers, takes the key and has the model."""
    part = "Language model"
    if not (settings.llm_base_url and settings.llm_model):
        return [off(part, "none is connected: drafts are extracts")]
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else ""
    local = urlsplit(settings.llm_base_url).hostname in ("127.0.0.1", "localhost", "::1")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=not local, headers=headers) as http:
            answer = await http.get(f"{settings.llm_base_url.rstrip('/')}/models")
    except httpx.HTTPError as error:
        said = f"the endpoint does not answer ({type(error).__name__}); drafts are extracts meanwhile"
        return [wrong(part, said, "is GOODWORD_LLM_BASE_URL right?")]
    if answer.status_code in (401, 403):
        return [wrong(part, f"the endpoint refuses the key ({answer.status_code})", "set GOODWORD_LLM_API_KEY")]
    if answer.status_code >= 500:
        return [wrong(part, f"the endpoint fails ({answer.status_code})", "ask who runs it")]
    named = _models(answer)
    if named and settings.llm_model not in named:
        return [
            wrong(part, f"the endpoint has no model {settings.llm_model}", f"it has {', '.join(sorted(named)[:5])}")
        ]
    said = settings.llm_model if named else f"the endpoint answers; it does not list its models ({settings.llm_model})"
    return [ok(part, said)]


def _models(answer: httpx.Response) -> set[str]:
    """The models that the endpoint lists; empty where it lists none."""
    try:
        return {str(model["id"]) for model in answer.json()["data"]}
    except (ValueError, KeyError, TypeError):
        return set()
