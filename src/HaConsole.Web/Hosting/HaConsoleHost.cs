using HaConsole.Engine.Configuration;
using HaConsole.Web.Api;
using HaConsole.Web.Authentication;
using HaConsole.Web.Health;
using HaConsole.Web.History;
using HaConsole.Web.Licensing;
using HaConsole.Web.Live;
using HaConsole.Web.Metrics;
using HaConsole.Web.Model.Drills;
using HaConsole.Web.Model.Readiness;
using HaConsole.Web.Pages;
using HaConsole.Web.Security;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;

namespace HaConsole.Web.Hosting;

/// <summary>One running server: engine, web server and control socket.</summary>
public sealed class HaConsoleHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly IEngineRun run;
    private readonly ApiDispatcher dispatcher;
    private readonly StopRequest stop;
    private readonly string dataDirectory;
    private bool stopped;

    private HaConsoleHost(WebApplication app, IEngineRun run, ApiDispatcher dispatcher, StopRequest stop, string dataDirectory)
        => (this.app, this.run, this.dispatcher, this.stop, this.dataDirectory) = (app, run, dispatcher, stop, dataDirectory);

    /// <summary>HTTP addresses listened on, with the real ports.</summary>
    public IReadOnlyList<string> Addresses
        => [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Where(a => !a.Contains("unix:", StringComparison.Ordinal))];

    /// <summary>All routes, for the test that knows who may use each.</summary>
    public IReadOnlyList<RouteEndpoint> Routes => [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];

    /// <summary>Carries out API calls that arrive by way of the peer.</summary>
    public ApiDispatcher Dispatcher => dispatcher;

    /// <summary>What pages and calls work with.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>
    /// Starts a server: engine made and checked, listeners opened, engine started, in this order, so that a port in use is noticed before
    /// any role is taken. Throws <see cref="StartRefusedException"/> when it must not start.
    /// </summary>
    public static Task<HaConsoleHost> StartAsync(IConfiguration configuration, IEngineFactory factory, CancellationToken cancellationToken)
        => StartAsync(configuration, factory, TimeProvider.System, cancellationToken);

    /// <summary>Starts a server with a clock of its own.</summary>
    public static async Task<HaConsoleHost> StartAsync(IConfiguration configuration, IEngineFactory factory, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(factory);
        factory.Check(configuration);
        var node = ConfigurationSources.Node(configuration);
        var controlPath = ControlSocket.Claim(node.DataDirectory);
        var loggers = ConsoleLoggers(configuration);
        var dispatcher = new ApiDispatcher(controlPath);

        // Engine and web server are made side by side: both take mostly the compiler's time, and a restarted server is missed.
        var creation = Task.Run(() => factory.CreateAsync(new EngineContext(configuration, node, time, loggers, dispatcher.DispatchAsync), cancellationToken), CancellationToken.None);
        WebApplication? app = null;
        try
        {
            app = Build(configuration, node, controlPath, loggers, time);
            var run = await creation.ConfigureAwait(false);
            var stop = new StopRequest();
            app.Services.GetRequiredService<ConsoleEngine>().Set(run);
            Map(app, run, stop, node, time);
            await OpenAsync(app, node, cancellationToken).ConfigureAwait(false);
            await run.StartAsync(cancellationToken).ConfigureAwait(false);
            AccessSetup.Start(app.Services);
            app.Services.GetRequiredService<LiveStatus>().Start();
            MetricsSetup.Start(app.Services);

            // Last, and never waited for: who is Active does not depend on a database.
            app.Services.GetRequiredService<HistoryHost>().Start();
            app.Services.GetRequiredService<DrillCoordinator>().Start();
            app.Services.GetRequiredService<LicenceKeeper>().Start();
            app.Services.GetRequiredService<ReadinessWatch>().Start();
            return new HaConsoleHost(app, run, dispatcher, stop, node.DataDirectory);
        }
        catch (Exception e)
        {
            if (e is not (StartRefusedException or OperationCanceledException))
            {
                HostLog.StartFailed(loggers.CreateLogger("HaConsole.Host"), e);
            }

            await UndoAsync(app, creation, dispatcher).ConfigureAwait(false);
            loggers.Dispose();
            ControlSocket.Remove(node.DataDirectory);
            throw;
        }
    }

    /// <summary>A fresh setup token when nobody can sign in yet; else null.</summary>
    public string? NewSetupToken() => app.Services.GetRequiredService<SetupToken>() is { IsWanted: true } token ? token.Create() : null;

    /// <summary>Asks for an orderly stop; the first one counts.</summary>
    public void RequestStop(bool handOver) => stop.Ask(handOver);

    /// <summary>Serves until a stop is asked for, then stops: the engine first, while the health URLs still answer.</summary>
    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        using var asked = cancellationToken.Register(() => stop.Ask(handOver: true));
        var handOver = await stop.Asked.ConfigureAwait(false);
        await StopAsync(handOver).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(handOver: false).ConfigureAwait(false);

    private async Task StopAsync(bool handOver)
    {
        if (stopped)
        {
            return;
        }

        stopped = true;
        await run.Engine.StopAsync(handOver, CancellationToken.None).ConfigureAwait(false);
        await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await app.Services.GetRequiredService<HistoryHost>().DisposeAsync().ConfigureAwait(false);
        await app.DisposeAsync().ConfigureAwait(false);
        await run.DisposeAsync().ConfigureAwait(false);
        dispatcher.Dispose();
        ControlSocket.Remove(dataDirectory);
    }

    /// <summary>Takes back what a start has made that fails.</summary>
    private static async Task UndoAsync(WebApplication? app, Task<IEngineRun> creation, ApiDispatcher dispatcher)
    {
        dispatcher.Dispose();
        if (app is not null)
        {
            await app.DisposeAsync().ConfigureAwait(false);
        }

        // One that could not be made has undone itself.
        await creation.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        if (creation.IsCompletedSuccessfully)
        {
            await (await creation.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }

    private static ILoggerFactory ConsoleLoggers(IConfiguration configuration) => LoggerFactory.Create(logging => logging
        .AddConfiguration(configuration.GetSection("Logging"))

        // It warns that its keys are not encrypted at rest, which is decided: see docs/security.md.
        .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff ";
        }));

    private static WebApplication Build(IConfiguration configuration, NodeOptions node, string controlPath, ILoggerFactory loggers, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "haconsole",
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = ConfigurationSources.EnvironmentName,
        });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.ClearProviders();

        // By a factory method, so that it ends with the web server.
        builder.Services.AddSingleton(_ => loggers);
        builder.Services.AddSingleton<IHostLifetime, OwnLifetime>();

        // A stop must not wait for pages that poll.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(2));
        StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
        Listeners.Configure(builder, node, controlPath);
        builder.Services.AddSingleton(node);
        builder.AddConsole(time);
        builder.AddDrills(node);
        builder.AddAccess(node);
        builder.AddMetrics();
        return builder.Build();
    }

    private static void Map(WebApplication app, IEngineRun run, StopRequest stop, NodeOptions node, TimeProvider time)
    {
        app.Use(next => new HealthMiddleware(next, run.Health, run.NonceArrived).InvokeAsync);
        app.UseKnownProxies(node);
        if (node.PathBase.Length > 0)
        {
            app.UsePathBase(node.PathBase);
        }

        app.UseSecurityHeaders(node.Certificate.Length > 0);
        app.UseHttpsOnly(node);
        app.UseOriginCheck();
        app.UseMissingPages();
        app.Use(next => context => ApiErrors.GuardAsync(context, next));
        app.UseBodyLimit();
        app.UseRequestLocalization();

        // Named here, or the framework puts them before the health URLs.
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseAntiforgery();
        ApiEndpoints.Map(app, new ApiServices(run, time, stop));
        app.MapPost(SecurityHeaders.ReportPath, app.Services.GetRequiredService<PolicyReports>().TakeAsync).DisableAntiforgery();
        ApiDocument.Map(app);
        MetricsSetup.Map(app);
        SignOutEndpoint.Map(app);
        StatusPage.Map(app, run.Engine, run.Journal);

        // Without the manifest (a bare copy of the program) there are no pages, everything else works.
        if (File.Exists(ConsoleSetup.StaticAssetsManifest))
        {
            app.MapStaticAssets(ConsoleSetup.StaticAssetsManifest);
            app.MapConsole();
        }
    }

    private static async Task OpenAsync(WebApplication app, NodeOptions node, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw new StartRefusedException(Listeners.Explain(e, node));
        }
    }

    /// <summary>Signals are the command line's matter: a stop hands over before the web server ends.</summary>
    private sealed class OwnLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

internal static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Error, "The server does not start")]
    public static partial void StartFailed(ILogger logger, Exception exception);
}
