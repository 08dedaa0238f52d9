# vendorgate for whoever has containers and no Python:
#
#   docker build -t vendorgate .
#   docker run --rm -u "$(id -u)" -v "$PWD:/work" vendorgate check
#
# Everything but the emulator is in it: `demo` runs on the snapshot that comes along.
# The base is python:3.13-slim (Debian trixie, Python 3.13.14), the index for all platforms, as Docker's
# Official Images list it. Another one: --build-arg BASE=IMAGE@sha256:…
ARG BASE=python:3.13-slim@sha256:9662417aace5ae7b8e2609cce472b72a8958e134ba372808abe9cc1a0c0125e6

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY ci/requirements-build.txt ci/requirements-image.txt ci/
RUN python3 -m venv /tools \
 && /tools/bin/pip install --quiet --no-deps --require-hashes --only-binary :all: -r ci/requirements-build.txt \
 && python3 -m venv /opt/vendorgate \
 && /opt/vendorgate/bin/pip install --quiet --no-deps --require-hashes --only-binary :all: -r ci/requirements-image.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY policies policies
COPY checker checker
RUN /tools/bin/python -m build --no-isolation --wheel --outdir /dist . \
 && /opt/vendorgate/bin/pip install --quiet --no-deps --no-index /dist/*.whl \
 && /opt/vendorgate/bin/pip uninstall --quiet --yes pip setuptools

FROM ${BASE}
# `review` and `evidence` ask git. Debian keeps no old versions, so one that is named is gone tomorrow.
# hadolint ignore=DL3008
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/vendorgate /opt/vendorgate
ENV PATH=/opt/vendorgate/bin:$PATH
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["vendorgate"]
CMD ["--help"]
