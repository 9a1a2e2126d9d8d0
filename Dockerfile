# One image for every worker and for the command: `docker compose build`, or `docker build .`.
# What seldom changes comes first: a change of the code costs seconds and one small layer.

FROM python:3.13-slim AS base
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

FROM base AS dependencies
# The environment has no pip of its own: what only runs needs no installer.
RUN python -m venv --without-pip /opt/copydesk
COPY requirements/run.txt /src/
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m pip --python /opt/copydesk install --compile --no-deps --require-hashes -r /src/run.txt

FROM base AS wheel
RUN python -m venv /opt/build
COPY requirements/build.txt /src/
RUN --mount=type=cache,target=/root/.cache/pip \
    /opt/build/bin/python -m pip install --no-deps --require-hashes -r /src/build.txt
WORKDIR /src
# LICENSE* may match nothing; the others must be there.
COPY pyproject.toml README.md LICENSE* ./
COPY schemas schemas
COPY services services
RUN /opt/build/bin/python -m pip wheel --no-deps --no-build-isolation --wheel-dir /dist .

FROM base
LABEL org.opencontainers.image.title="Copydesk" \
      org.opencontainers.image.description="An event-driven news desk: articles go in, a ledger of who claims what comes out." \
      org.opencontainers.image.licenses="Apache-2.0"
# A fixed number: volumes and cluster policies refer to it.
RUN groupadd --gid 10001 copydesk \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin copydesk
# A worker computes on one core; use more workers, not more threads.
ENV OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1 \
    MKL_NUM_THREADS=1 \
    BLIS_NUM_THREADS=1
COPY --from=dependencies /opt/copydesk /opt/copydesk
COPY deploy/livez.py /opt/copydesk/
RUN --mount=type=bind,from=wheel,source=/dist,target=/dist \
    python -m pip --python /opt/copydesk install --compile --no-deps --no-index --no-cache-dir /dist/*.whl
ENV PATH=/opt/copydesk/bin:$PATH
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["copydesk"]
CMD ["--help"]
