using System.Security.Claims;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Web.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace HaConsole.Web.Tests.Support;

/// <summary>Pages over real users and sessions: anna has signed in with a browser, at a time that a test can put back.</summary>
public abstract class SignedInContext : PageContext
{
    protected const string Password = "correct horse battery staple";

    protected SignedInContext()
    {
        var files = new AccessFiles(Path.Combine(Engine.AuditFolder, "access"));
        files.Make();
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddSingleton(files);
        Services.AddSingleton<SignInBrake>();
        Services.AddSingleton<SignInNotes>();
        Services.AddSingleton<SessionRegistry>();
        Services.AddSingleton<TokenUse>();
        Services.AddSingleton<UserStore>();
        Services.AddSingleton<IUserStore<ConsoleUser>>(provider => provider.GetRequiredService<UserStore>());
        Services.AddSingleton<HaConsole.Web.Operations.UserOperations>();
        Services.AddSingleton<HaConsole.Web.Operations.TokenOperations>();
        Services.AddSingleton<IPasswordHasher<ConsoleUser>, PasswordHasher<ConsoleUser>>();
        Services.AddHttpContextAccessor();
        Services.AddAuthentication();
        Services.AddIdentityCore<ConsoleUser>().AddSignInManager();
        Services.AddScoped<SignIn>();
        Services.AddScoped<StepUp>();
        Add("anna", AccessRole.Admin);
    }

    private protected ShiftedTime Time { get; } = new();

    /// <summary>The session of the page.</summary>
    protected Session? Session { get; private set; }

    protected IReadOnlyList<AuditEntry> AuditEntries => Engine.Audit.Read(0, 100);

    /// <summary>Anna's browser, signed in just now; only after a test has registered what it wants.</summary>
    protected void SignInAnna()
    {
        Session = Services.GetRequiredService<SessionRegistry>().Start(Engine.Configuration.Content.Access.Users.Single(user => user.Name == "anna"), "10.0.0.9", "a browser");
        Authorization.SetClaims(new Claim(AccessNames.SessionClaim, Session.Id), new Claim(AccessNames.AddressClaim, Session.Address));
    }

    private void Add(string name, AccessRole role)
    {
        var hash = new PasswordHasher<ConsoleUser>().HashPassword(new ConsoleUser(new UserDefinition()), Password);
        var user = new UserDefinition { Name = name, Role = role, PasswordHash = hash, SecurityStamp = "stamp" };
        Engine.EditConfigurationAsync(content => content with { Access = content.Access with { Users = [.. content.Access.Users, user] } }, "test", CancellationToken.None).GetAwaiter().GetResult();
    }
}
