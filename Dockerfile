# One image for both servers of a pair; what differs comes from the environment (Node__LocalAddress, Node__PairSecret, …).
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig appsettings.json ./
COPY wwwroot wwwroot
COPY migrations migrations
COPY src src
RUN dotnet publish src/HaConsole.Web --configuration Release --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
# The embedded database (the package's own cluster is not wanted), managed addresses, "connected to the LAN".
RUN mkdir -p /etc/postgresql-common/createcluster.d \
    && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/haconsole.conf \
    && apt-get update && apt-get install -y --no-install-recommends postgresql iproute2 iputils-ping && rm -rf /var/lib/apt/lists/*
COPY --from=build /app .
RUN mkdir /data && chown "$APP_UID" /data
ENV Node__DataDirectory=/data \
    Node__HttpAddress=*
VOLUME /data
EXPOSE 8080 2011
USER $APP_UID
# Alive, not Active: a healthy Standby must not be restarted.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
    CMD ["dotnet", "/app/haconsole.dll", "healthcheck"]
# PID 1 is the supervisor: docker stop hands over first, so give it time (docker stop --time 90).
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotnet", "/app/haconsole.dll"]
CMD ["run"]
