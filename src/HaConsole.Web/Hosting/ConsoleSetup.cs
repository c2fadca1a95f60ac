using HaConsole.Engine.Configuration;
using HaConsole.Engine.Status;
using HaConsole.Web.Components;
using HaConsole.Web.History;
using HaConsole.Web.Hubs;
using HaConsole.Web.Licensing;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Drills;
using HaConsole.Web.Model.Readiness;
using HaConsole.Web.Model.Simulation;
using HaConsole.Web.Operations;
using HaConsole.Web.Security;
using HaConsole.Web.Support;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Localization;
using Radzen;

namespace HaConsole.Web.Hosting;

/// <summary>Puts the console into the web server: what pages need, and where they are.</summary>
public static class ConsoleSetup
{
    /// <summary>
    /// A connection on which nothing was said for that long is told that the server is there; looked at once a second. Browsers take their page for
    /// stale after 2.5 s of silence and the connection for lost after 4.5 s.
    /// </summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(0.9);

    private const string ReloadAssets = "ReloadStaticAssetsAtRuntime";

    /// <summary>Registers what pages need.</summary>
    public static void AddConsole(this WebApplicationBuilder builder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddSingleton(time);

        // Run from a build, the framework would send every style sheet and script uncompressed and let no browser keep them.
        if (builder.Configuration[ReloadAssets] is null)
        {
            builder.Configuration.AddInMemoryCollection([new(ReloadAssets, "false")]);
        }

        services.AddSingleton<ConsoleEngine>();
        services.AddSingleton<PublicUrls>();
        services.AddSingleton<LiveStatus>();
        services.AddSingleton<StatusBroadcast>();
        services.AddSignalR().AddJsonProtocol(json => json.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, StatusJson.Default));
        services.AddSingleton<HistoryHost>();
        services.AddSingleton<Timeline>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<SystemFacts>();
        services.AddSingleton<LicenceKeeper>();
        services.AddSingleton<LicenceOperations>();
        services.AddSingleton<SupportSource>();
        services.AddSingleton<SupportBundle>();
        services.AddSingleton<HistoryOperations>();
        services.AddSingleton<SystemOperations>();
        services.AddSingleton<SyncOperations>();
        services.AddSingleton<PolicyReports>();
        services.AddSingleton<OperationGate>();
        services.AddSingleton<PairOperations>();
        services.AddSingleton<SimulationRunner>();
        services.AddSingleton<ConfigurationOperations>();
        services.AddSingleton<ServiceOperations>();
        services.AddSingleton<CertificateOperations>();
        services.AddSingleton<FileSetOperations>();
        services.AddSingleton<NotificationOperations>();
        services.AddSingleton<LoadBalancerOperations>();
        services.AddSingleton<FileSetLook>();
        services.AddSingleton<MonitorLook>();
        services.AddSingleton<ProbeHistories>();
        services.AddScoped<CurrentActor>();
        services.AddRouting();
        services.AddLocalization(options => options.ResourcesPath = "Resources");
        services.Configure<RequestLocalizationOptions>(Localize);
        services.AddCascadingAuthenticationState();
        services.AddRazorComponents().AddInteractiveServerComponents(options => options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(1))
            .AddHubOptions(options =>
            {
                options.KeepAliveInterval = KeepAlive;
                options.ClientTimeoutInterval = TimeSpan.FromSeconds(15);
            });
        services.AddRadzenComponents();
    }

    /// <summary>Registers the drills of this server.</summary>
    public static void AddDrills(this WebApplicationBuilder builder, NodeOptions node)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(node);
        builder.Services.AddSingleton<IRoleUrls>(_ => new RoleUrls(node.HttpPort));
        builder.Services.AddSingleton(_ => new DrillSchedule(node.DataDirectory));
        builder.Services.AddSingleton<DrillCoordinator>();
        builder.Services.AddSingleton<ReadinessWatch>();
        builder.Services.AddSingleton<DrillArchive>();
        builder.Services.AddSingleton<OtherDrill>();
        builder.Services.AddScoped<DrillCircuit>();
    }

    /// <summary>Maps the pages.</summary>
    public static void MapConsole(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var pages = app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
        pages.WithStaticAssets(StaticAssetsManifest);
        app.MapHub<StatusHub>(StatusHub.Path);
        app.Services.GetRequiredService<StatusBroadcast>();
    }

    /// <summary>Manifest of the static assets; missing in a bare copy of the program.</summary>
    public static string StaticAssetsManifest => Path.Combine(AppContext.BaseDirectory, "haconsole.staticwebassets.endpoints.json");

    private static void Localize(RequestLocalizationOptions options)
    {
        string[] languages = [.. Preferences.Languages];
        options.SetDefaultCulture("en").AddSupportedCultures(languages).AddSupportedUICultures(languages);
        options.RequestCultureProviders = [new CookieRequestCultureProvider { CookieName = Preferences.LanguageCookie }, new AcceptLanguageHeaderRequestCultureProvider()];
    }
}
