using System.Threading.RateLimiting;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Api;
using HaConsole.Web.Hubs;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.SignalR;

namespace HaConsole.Web.Authentication;

/// <summary>Puts sign-in, tokens and rights into the web server.</summary>
public static class AccessSetup
{
    /// <summary>Name of the limit on what anybody may try without being signed in.</summary>
    public const string TriesLimit = "tries";

    private const string CookieName = "haconsole";
    private const int TriesAMinute = 30;

    /// <summary>Registers everything about access.</summary>
    public static void AddAccess(this WebApplicationBuilder builder, NodeOptions node)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(node);
        var services = builder.Services;
        var files = AccessFiles.In(node.DataDirectory);
        services.AddSingleton(files);
        services.AddSingleton<SignInBrake>();
        services.AddSingleton<SignInNotes>();
        services.AddSingleton<SessionRegistry>();
        services.AddSingleton<TokenUse>();
        services.AddSingleton<UserStore>();
        services.AddSingleton<SetupToken>();
        services.AddSingleton<SetupOperations>();
        services.AddSingleton<PairingOperations>();
        services.AddSingleton<UserOperations>();
        services.AddSingleton<TokenOperations>();
        services.AddSingleton<HubAccess>();
        services.AddSignalR().AddHubOptions<StatusHub>(options => options.AddFilter<HubAccess>());
        services.AddSingleton<IdempotentCalls>();
        services.AddScoped<SignIn>();
        services.AddScoped<StepUp>();
        services.AddScoped<SessionCookie>();
        services.AddScoped<SessionState>();
        services.AddScoped<AuthenticationStateProvider>(provider => provider.GetRequiredService<SessionState>());
        services.AddScoped<CircuitHandler, SessionActivity>();
        services.AddHttpContextAccessor();

        // As the session's cookie: over HTTPS it is never sent in clear.
        services.AddAntiforgery(options => options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);

        // Not encrypted at rest: a key beside them would protect nothing. The directory is the owner's alone.
        services.AddDataProtection().SetApplicationName("haconsole").PersistKeysToFileSystem(new DirectoryInfo(files.Keys));
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 210_000);
        services.AddIdentityCore<ConsoleUser>().AddSignInManager();
        services.AddSingleton<IUserStore<ConsoleUser>>(provider => provider.GetRequiredService<UserStore>());
        AddSchemes(services);
        services.AddAuthorization(options =>
        {
            foreach (var permission in (Right[])[Right.View, Right.Operate, Right.Administer])
            {
                options.AddPolicy(permission.ToString(), policy => policy.RequireAssertion(context => CurrentActor.Of(context.User).Has(permission)));
            }
        });
        services.AddRateLimiter(Limit);
        services.AddApiDocument();

        // The keys are read or made with the first cookie: the start of a server waits for nothing that it does not need.
        foreach (var early in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Assembly == typeof(DataProtectionBuilderExtensions).Assembly).ToList())
        {
            services.Remove(early);
        }
    }

    /// <summary>A change of the users that comes from either server ends at once what it ends.</summary>
    public static void Start(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.GetRequiredService<AccessFiles>().Make();
        var sessions = services.GetRequiredService<SessionRegistry>();
        services.GetRequiredService<LiveStatus>().Changed += _ => sessions.Review();
        services.GetRequiredService<HubAccess>();
    }

    private static void AddSchemes(IServiceCollection services)
    {
        services.AddAuthentication(AccessNames.Scheme)
            .AddPolicyScheme(AccessNames.Scheme, null, options => options.ForwardDefaultSelector = Pick)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(AccessNames.TokenScheme, null)
            .AddScheme<AuthenticationSchemeOptions, ControlAuthentication>(AccessNames.ControlScheme, null)
            .AddCookie(AccessNames.CookieScheme, options =>
            {
                options.Cookie.Name = CookieName;
                options.Cookie.HttpOnly = true;
                options.Cookie.SameSite = SameSiteMode.Lax;
                options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                options.Cookie.IsEssential = true;
                options.CookieManager = new HostCookieManager();

                // The session knows when it is idle; the cookie only ends with it at the latest.
                options.ExpireTimeSpan = SessionRegistry.Longest;
                options.SlidingExpiration = false;
                options.LoginPath = "/login";
                options.LogoutPath = "/logout";
                options.AccessDeniedPath = "/not-allowed";
                options.ReturnUrlParameter = "returnUrl";
                options.EventsType = typeof(SessionCookie);
            });
    }

    private static string Pick(HttpContext context)
        => Hosting.ControlConnection.Carries(context) ? AccessNames.ControlScheme
            : TokenAuthentication.Of(context.Request) is not null ? AccessNames.TokenScheme
            : AccessNames.CookieScheme;

    private static void Limit(RateLimiterOptions options)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.AddPolicy(TriesLimit, context => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetFixedWindowLimiter(SignIn.Address(context), _ => new FixedWindowRateLimiterOptions { PermitLimit = TriesAMinute, Window = TimeSpan.FromMinutes(1) }));
    }
}
