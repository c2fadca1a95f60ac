using System.Runtime.Versioning;
using System.Text.Json;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Api;
using HaConsole.Web.Cli;

namespace HaConsole.Web.Demo;

/// <summary>The demo's only user. Made on server 1; server 2 gets it with the rest of the configuration.</summary>
[SupportedOSPlatform("linux")]
internal static class DemoAdmin
{
    /// <summary>Login.</summary>
    public const string Name = "admin";

    /// <summary>Makes the user; the password, made anew for each demo.</summary>
    public static async Task<string> CreateAsync(DemoLayout layout, CancellationToken cancel)
    {
        using var client = new ControlClient(layout.Data(1));
        var body = JsonSerializer.Serialize(new UserRequest { Name = Name, Role = AccessRole.Admin }, ApiJson.Default.UserRequest);
        var answer = await client.SendAsync(HttpMethod.Post, "api/v1/users", body, cancel);
        return answer.Require().Read(ApiJson.Default.SecretResult).Secret ?? throw new CliException(ExitCode.Failure, "the server has made no password");
    }
}
