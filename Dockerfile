# The portal for production. One image for web, workers and beat: compose.yaml says which it becomes.
# No secret is in it: every setting comes from the environment at start.

FROM python:3.12-slim-bookworm AS packages
COPY requirements/demo.txt /tmp/demo.txt
RUN python -m venv /opt/tessera \
    && /opt/tessera/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/demo.txt

FROM python:3.12-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-core fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --create-home --shell /usr/sbin/nologin tessera \
    && install --directory --owner tessera --group tessera /srv/tessera/var
COPY --from=packages /opt/tessera /opt/tessera
COPY . /srv/tessera
WORKDIR /srv/tessera
ENV PATH=/opt/tessera/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    VAR_DIR=/srv/tessera/var
USER tessera
VOLUME /srv/tessera/var
EXPOSE 8000
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "3", \
     "--worker-class", "config.webserver.DrainingWorker", "--threads", "4", "--timeout", "60", \
     "--graceful-timeout", "30", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
