"""Sign in to a board as a browser does, and send its forms."""

import re

from tests.board.conftest import PASSWORD

ACCOUNT = {"board_user": "wei", "board_password": PASSWORD}


def token_in(answer):
    return re.search(r'name="token" value="([^"]+)"', answer.text)[1]


def origin(client):
    return {"Origin": str(client.base_url).rstrip("/")}


def sign_in(client, password=PASSWORD, user="wei", **headers):
    token = token_in(client.get("/account"))
    form = {"user": user, "password": password, "token": token}
    return client.post("/account/sign-in", data=form, headers=origin(client) | headers)
