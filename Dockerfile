# The bot in a container: non-root, read-only root, only /data is written.
#   docker build -t alposs-bot .
#   docker run --rm -it -v alposs-data:/data alposs-bot setup
#   docker run -d -v alposs-data:/data --read-only --tmpfs /tmp alposs-bot
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements/build.txt requirements/run.txt requirements/
RUN python -m venv /opt/bot \
 && /opt/bot/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt \
 && /opt/bot/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY config config
RUN /opt/bot/bin/pip install --no-cache-dir --no-deps --no-build-isolation --no-index . \
 && /opt/bot/bin/pip uninstall --yes setuptools wheel

FROM python:3.11-slim
# One fixed user, so that the volume's owner is the same in every image.
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin bot \
 && install -d -o bot -g bot -m 0700 /data
COPY --from=build /opt/bot /opt/bot
USER 10001:10001
WORKDIR /data
VOLUME /data
# ./config (written by `setup`) and the state live side by side in the volume.
ENV ALPOSS_DATA=/data/state \
    PATH=/opt/bot/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["alposs-bot", "health"]
ENTRYPOINT ["alposs-bot"]
CMD ["run"]
