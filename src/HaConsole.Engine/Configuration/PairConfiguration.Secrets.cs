using System.Text.RegularExpressions;

namespace HaConsole.Engine.Configuration;

/// <content>The configuration as it may be shown, and back.</content>
public sealed partial record PairConfiguration
{
    /// <summary>
    /// A copy without secrets, for people and exports: password hashes, security stamps, token hashes, secrets of notification channels and the values of services'
    /// environment variables whose names look like a secret are empty.
    /// </summary>
    public PairConfiguration WithoutSecrets() => this with
    {
        Access = Access with
        {
            Users = [.. Access.Users.Select(u => u with { PasswordHash = "", SecurityStamp = "" })],
            Tokens = [.. Access.Tokens.Select(t => t with { Hash = "" })],
        },
        Notifications = Notifications.WithoutSecrets(),
        Services = [.. Services.Select(s => s.Environment.Keys.Any(IsSecretName)
            ? s with { Environment = s.Environment.ToDictionary(v => v.Key, v => IsSecretName(v.Key) ? "" : v.Value, StringComparer.Ordinal) }
            : s)],
    };

    /// <summary>A copy in which secrets that are empty have the value that <paramref name="before"/> has: what was shown without secrets can be saved.</summary>
    public PairConfiguration KeepSecretsOf(PairConfiguration before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return this with
        {
            Access = Access with
            {
                Users = [.. Access.Users.Select(u => KeepOf(u, before.Access.Users.FirstOrDefault(b => b.Name.Equals(u.Name, StringComparison.OrdinalIgnoreCase))))],
                Tokens = [.. Access.Tokens.Select(t => t.Hash.Length > 0 ? t : t with { Hash = before.Access.Tokens.FirstOrDefault(b => b.Id == t.Id)?.Hash ?? "" })],
            },
            Notifications = Notifications.KeepSecretsOf(before.Notifications),
            Services = [.. Services.Select(s => KeepOf(s, before.Services.FirstOrDefault(b => b.Name.Equals(s.Name, StringComparison.OrdinalIgnoreCase))))],
        };
    }

    /// <summary>Whether the value of an environment variable of that name is a secret.</summary>
    public static bool IsSecretName(string name) => SecretName().IsMatch(name);

    private static UserDefinition KeepOf(UserDefinition user, UserDefinition? before) => before is null ? user : user with
    {
        PasswordHash = user.PasswordHash.Length > 0 ? user.PasswordHash : before.PasswordHash,
        SecurityStamp = user.SecurityStamp.Length > 0 ? user.SecurityStamp : before.SecurityStamp,
    };

    private static ServiceDefinition KeepOf(ServiceDefinition service, ServiceDefinition? before)
    {
        var blank = before is null ? [] : service.Environment.Where(v => v.Value.Length == 0 && IsSecretName(v.Key) && before.Environment.ContainsKey(v.Key)).Select(v => v.Key).ToList();
        return blank.Count == 0 ? service : service with
        {
            Environment = service.Environment.ToDictionary(v => v.Key, v => blank.Contains(v.Key) ? before!.Environment[v.Key] : v.Value, StringComparer.Ordinal),
        };
    }

    [GeneratedRegex("PASSWORD|SECRET|TOKEN|KEY", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();
}
