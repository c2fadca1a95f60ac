using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Bunit;
using HaConsole.Web.History;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Radzen;

namespace HaConsole.Web.Tests.Support;

/// <summary>Renders pages and controls in English over a <see cref="FakeEngine"/>, signed in as an admin.</summary>
public abstract class PageContext : BunitContext
{
    protected PageContext()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
        Console = new ConsoleEngine();
        Console.Set(Engine);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddLogging();
        Services.AddLocalization(options => options.ResourcesPath = "Resources");
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(new HaConsole.Engine.Configuration.NodeOptions { LocalAddress = "127.0.0.11" });
        Services.AddSingleton(Console);
        Services.AddSingleton<HaConsole.Web.Hosting.PublicUrls>();
        Services.AddSingleton<LiveStatus>();
        Services.AddSingleton<HistoryHost>();
        Services.AddSingleton<Timeline>();
        Services.AddSingleton<AuditTrail>();
        Services.AddSingleton<HaConsole.Web.Licensing.LicenceKeeper>();
        Services.AddSingleton<LicenceOperations>();
        Services.AddSingleton<SystemFacts>();
        Services.AddSingleton<HistoryOperations>();
        Services.AddSingleton<SystemOperations>();
        Services.AddSingleton<SyncOperations>();
        Services.AddSingleton<NotificationOperations>();
        Services.AddSingleton<OperationGate>();
        Services.AddSingleton<PairOperations>();
        Services.AddSingleton<ConfigurationOperations>();
        Services.AddSingleton<ServiceOperations>();
        Services.AddSingleton<CertificateOperations>();
        Services.AddSingleton<FileSetOperations>();
        Services.AddSingleton<LoadBalancerOperations>();
        Services.AddSingleton<FileSetLook>();
        Services.AddSingleton<MonitorLook>();
        Services.AddSingleton<ProbeHistories>();
        Services.AddSingleton<IConfiguration>(Settings);
        Services.AddScoped<CurrentActor>();
        Services.AddRadzenComponents();
        Authorization = this.AddAuthorization();
        Authorization.SetAuthorized("anna");
        Authorization.SetRoles("admin");
    }

    private protected FakeEngine Engine { get; } = new();

    /// <inheritdoc/>
    public override IRenderedComponent<TComponent> Render<TComponent>(Action<ComponentParameterCollectionBuilder<TComponent>>? parameterBuilder = null)
    {
        // Only now: it makes the renderer, after which tests can register nothing more.
        SetRendererInfo(new Microsoft.AspNetCore.Components.RendererInfo("Server", true));
        return base.Render(parameterBuilder);
    }

    protected ConsoleEngine Console { get; }

    /// <summary>Who is signed in.</summary>
    protected Bunit.TestDoubles.BunitAuthorizationContext Authorization { get; }

    /// <summary>Sources of the configuration of this server.</summary>
    protected IConfigurationRoot Settings { get; init; } = new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { ["Node:LocalAddress"] = "127.0.0.11", ["Node:PairSecret"] = "hush-hush-hush-hush" }).Build();
}

internal static class AngleSharpDiffing
{
    /// <summary>bUnit's assembly is found beside the tests instead of in a package.</summary>
    [ModuleInitializer]
    internal static void Resolve() => AssemblyLoadContext.Default.Resolving += (context, name) => name.Name == "AngleSharp.Diffing"
        ? context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "compat/AngleSharp.Diffing.dll"))
        : null;
}
