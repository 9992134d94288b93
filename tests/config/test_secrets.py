"""Secrets: in a closed file or a variable, never in a settings file, never in a message (S11)."""

import pytest

CANARY = "CANARY0a1b2c3d4e5f6a7b8c9d"
ACCOUNT = 'kind = "memory"\n'
FEDI = 'kind = "mastodon"\nserver = "https://social.example"\n'


def said(problems):
    return "\n".join(problem.say(language) for problem in problems for language in ("fr", "en"))


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("accounts/fedi.toml", f'{FEDI}token = "{CANARY}"\n'),
        ("accounts/fedi.toml", f'{FEDI}access_token = "{CANARY}"\n'),
        ("accounts/fedi.toml", f'{FEDI}password = "{CANARY}"\n'),
        ("accounts/fedi.toml", f'{FEDI}token_file = "{CANARY}"\n'),
        ("accounts/fedi.toml", f'{FEDI}token_file = ["{CANARY}"]\n'),
        ("accounts/fedi.toml", f'{FEDI}token_env = "-{CANARY}"\n'),
        ("accounts/fedi.toml", f'{FEDI}user = ["{CANARY}"]\n'),
        ("accounts/fedi.toml", f'kind = "{CANARY}"\nserver = "https://x.example"\n'),
        ("accounts/fedi.toml", f'kind = "mastodon"\nserver = "https://me:{CANARY}@x.example"\n'),
        ("accounts/fedi.toml", f'{FEDI}token = "{CANARY}\n'),
        ("sources/a.toml", f'kind = "feed"\nname = "A"\nurl = "https://me:{CANARY}@x.example"\n'),
        ("sources/a.toml", f'kind = "feed"\nname = "A"\nurl = "ftp://x.example/?token={CANARY}"\n'),
        ("sources/a.toml", f'kind = "fed"\nname = "A"\napi_key = "{CANARY}"\n'),
        ("channels/room.toml", f'kind = "memory"\nsecret = "{CANARY}"\n'),
        ("bot.toml", f'[store]\nurl = "postgresql://me:{CANARY}@db.example/x"\n'),
    ],
)
def test_s11_a_pasted_secret_is_refused_and_never_echoed(file, text, problems, right):
    told = problems({**right, file: text})
    assert told
    assert CANARY not in said(told)
    assert CANARY not in repr(told)


@pytest.mark.parametrize(
    "line", ['token_env = "-hunter2"', "token_file = 7772229", "pickle_key_file = 7772229"]
)
def test_s11_even_a_short_secret_is_not_echoed_beside_its_key(line, problems, right):
    told = problems({**right, "accounts/fedi.toml": f"{FEDI}{line}\n"})
    assert told
    assert "hunter2" not in said(told)
    assert "7772229" not in said(told)


def test_a_pasted_token_gets_advice(problems, right):
    (problem,) = problems({**right, "accounts/fedi.toml": f'{FEDI}token = "{CANARY}"\n'})
    assert (problem.line, problem.code) == (3, "secret")
    assert "chmod 600" in problem.say("fr")
    assert "token_file" in problem.say("fr")


def in_use(right, line):
    """The account is used by an enabled channel."""
    return {
        **right,
        "accounts/fedi.toml": f"{FEDI}{line}\n",
        "channels/room.toml": 'kind = "memory"\n',
        "channels/fedi.toml": 'kind = "mastodon"\naccount = "fedi"\n',
    }


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o640, 0o660, 0o606])
def test_s11_a_secret_file_open_to_others_is_refused(mode, write, problems, right):
    folder = write(right)
    secret = folder / "token"
    secret.write_text(CANARY)
    secret.chmod(mode)
    (problem,) = problems({"accounts/fedi.toml": f'{FEDI}token_file = "token"\n'})
    assert problem.code == "open-secret-file"
    assert f"{mode:04o}" in problem.say("fr")
    assert "chmod 600" in problem.say("fr")


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_s11_a_closed_secret_file_is_taken(mode, write, problems, right):
    folder = write(right)
    secret = folder / "token"
    secret.write_text(CANARY)
    secret.chmod(mode)
    assert problems(in_use(right, 'token_file = "token"')) == []


def test_systemd_credentials_may_be_readable_by_their_group(tmp_path, write, problems, right):
    given = tmp_path / "credentials"
    given.mkdir()
    secret = given / "token"
    secret.write_text(CANARY)
    secret.chmod(0o440)
    account = {**right, "accounts/fedi.toml": f'{FEDI}token_file = "{secret}"\n'}
    assert problems(account, {"CREDENTIALS_DIRECTORY": str(given)}) == []
    assert [problem.code for problem in problems(account)] == ["open-secret-file"]


def test_a_secret_is_asked_for_only_where_something_enabled_needs_it(write, problems, right):
    unused = {**right, "accounts/fedi.toml": f'{FEDI}token_env = "ALPOSS_TOKEN"\n'}
    assert problems(unused) == []
    used = in_use(right, 'token_env = "ALPOSS_TOKEN"')
    (problem,) = problems(used)
    assert (problem.key, problem.code) == ("token_env", "no-variable")
    assert "channels/fedi" in problem.say("fr")
    assert problems(used, {"ALPOSS_TOKEN": CANARY}) == []
    resting = {
        **used,
        "channels/fedi.toml": 'kind = "mastodon"\naccount = "fedi"\nenabled = false\n',
    }
    assert problems(resting) == []


def test_an_account_in_use_needs_one_way_to_its_secret(problems, right):
    (problem,) = problems(in_use(right, ""))
    assert problem.code == "no-secret"
    assert "alposs-bot setup" in problem.say("fr")


def test_a_missing_or_empty_secret_file_is_told(write, problems, right):
    (problem,) = problems(in_use(right, 'token_file = "secrets/none"'))
    assert (problem.line, problem.code) == (3, "no-secret-file")
    folder = write(right)
    (folder / "token").touch(0o600)
    (problem,) = problems(in_use(right, 'token_file = "token"'))
    assert problem.code == "empty-secret"


def test_the_bot_writes_the_key_of_its_key_store_itself(write, problems, right):
    files = {
        **right,
        "accounts/mx.toml": (
            'kind = "matrix"\nserver = "https://mx.example"\ntoken_env = "ALPOSS_TOKEN"\n'
            'pickle_key_file = "pickle.key"\n'
        ),
        "channels/mx.toml": 'kind = "matrix"\nroom = "!a:mx.example"\naccount = "mx"\n',
    }
    assert problems(files, {"ALPOSS_TOKEN": CANARY}) == []
    key = write(files) / "pickle.key"
    key.write_text(CANARY)
    key.chmod(0o644)
    told = problems(files, {"ALPOSS_TOKEN": CANARY})
    assert [problem.code for problem in told] == ["open-secret-file"]


def test_s11_a_webhooks_secret_is_held_to_the_same_rules(write, problems, right):
    hook = 'kind = "webhook"\nurl = "https://hook.example/in"\n'
    (problem,) = problems({**right, "channels/hook.toml": f'{hook}secret = "{CANARY}"\n'})
    assert problem.code == "secret"
    assert "secret_file" in problem.say("fr")
    (problem,) = problems({**right, "channels/hook.toml": f'{hook}secret_env = "HOOK"\n'})
    assert problem.code == "no-variable"
    secret = write(right) / "hook.secret"
    secret.write_text(CANARY)
    secret.chmod(0o644)
    (problem,) = problems({**right, "channels/hook.toml": f'{hook}secret_file = "hook.secret"\n'})
    assert problem.code == "open-secret-file"


def test_only_one_of_file_and_variable(write, problems, right):
    folder = write(right)
    (folder / "token").touch(0o600)
    (folder / "token").write_text(CANARY)
    both = in_use(right, 'token_env = "ALPOSS_TOKEN"\ntoken_file = "token"')
    (problem,) = problems(both, {"ALPOSS_TOKEN": CANARY})
    assert (problem.line, problem.code) == (4, "both-secrets")
