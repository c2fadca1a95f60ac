using HaConsole.Engine.Configuration;
using HaConsole.Web.Live;
using Microsoft.AspNetCore.Identity;

namespace HaConsole.Web.Authentication;

/// <summary>
/// The identity framework's view of the users in the replicated document: they are the same on both servers, and a sign-in needs no
/// database. Passwords are hashed and compared by the framework; users are added, changed and removed by
/// <see cref="Operations.UserOperations"/>, because each of these is a command with an actor.
/// </summary>
public sealed class UserStore(ConsoleEngine engine) : IUserPasswordStore<ConsoleUser>, IUserSecurityStampStore<ConsoleUser>, IUserRoleStore<ConsoleUser>
{
    private const string ReadOnly = "Users are changed by commands with an actor.";

    /// <summary>Users as they are now.</summary>
    public IReadOnlyList<UserDefinition> Users => engine.Engine.Configuration.Content.Access.Users;

    /// <summary>The user of that login, whatever its case; null when there is none.</summary>
    public UserDefinition? Find(string name) => Users.FirstOrDefault(user => string.Equals(user.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public Task<ConsoleUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken)
        => Task.FromResult(Find(normalizedUserName) is { } user ? new ConsoleUser(user) : null);

    /// <inheritdoc/>
    public Task<ConsoleUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) => FindByNameAsync(userId, cancellationToken);

    /// <inheritdoc/>
    public Task<string> GetUserIdAsync(ConsoleUser user, CancellationToken cancellationToken) => Task.FromResult(Of(user).Name);

    /// <inheritdoc/>
    public Task<string?> GetUserNameAsync(ConsoleUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(Of(user).Name);

    /// <inheritdoc/>
    public Task<string?> GetNormalizedUserNameAsync(ConsoleUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(Of(user).Name.ToUpperInvariant());

    /// <inheritdoc/>
    public Task<string?> GetPasswordHashAsync(ConsoleUser user, CancellationToken cancellationToken)
        => Task.FromResult(Of(user).PasswordHash is { Length: > 0 } hash ? hash : null);

    /// <inheritdoc/>
    public Task<bool> HasPasswordAsync(ConsoleUser user, CancellationToken cancellationToken) => Task.FromResult(Of(user).PasswordHash.Length > 0);

    /// <inheritdoc/>
    public Task SetPasswordHashAsync(ConsoleUser user, string? passwordHash, CancellationToken cancellationToken)
    {
        user.Definition = Of(user) with { PasswordHash = passwordHash ?? "" };
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<string?> GetSecurityStampAsync(ConsoleUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(Of(user).SecurityStamp);

    /// <inheritdoc/>
    public Task SetSecurityStampAsync(ConsoleUser user, string stamp, CancellationToken cancellationToken)
    {
        user.Definition = Of(user) with { SecurityStamp = stamp };
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IList<string>> GetRolesAsync(ConsoleUser user, CancellationToken cancellationToken) => Task.FromResult<IList<string>>([AccessNames.Of(Of(user).Role)]);

    /// <inheritdoc/>
    public Task<bool> IsInRoleAsync(ConsoleUser user, string roleName, CancellationToken cancellationToken)
        => Task.FromResult(string.Equals(AccessNames.Of(Of(user).Role), roleName, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public Task<IList<ConsoleUser>> GetUsersInRoleAsync(string roleName, CancellationToken cancellationToken)
        => Task.FromResult<IList<ConsoleUser>>([.. Users.Where(user => string.Equals(AccessNames.Of(user.Role), roleName, StringComparison.OrdinalIgnoreCase)).Select(user => new ConsoleUser(user))]);

    /// <inheritdoc/>
    /// <remarks>What the framework would save by itself is a hash made anew with more rounds; it is saved with the next change of the password instead.</remarks>
    public Task<IdentityResult> UpdateAsync(ConsoleUser user, CancellationToken cancellationToken) => Task.FromResult(IdentityResult.Success);

    /// <inheritdoc/>
    public Task SetUserNameAsync(ConsoleUser user, string? userName, CancellationToken cancellationToken) => throw new NotSupportedException(ReadOnly);

    /// <inheritdoc/>
    public Task SetNormalizedUserNameAsync(ConsoleUser user, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<IdentityResult> CreateAsync(ConsoleUser user, CancellationToken cancellationToken) => throw new NotSupportedException(ReadOnly);

    /// <inheritdoc/>
    public Task<IdentityResult> DeleteAsync(ConsoleUser user, CancellationToken cancellationToken) => throw new NotSupportedException(ReadOnly);

    /// <inheritdoc/>
    public Task AddToRoleAsync(ConsoleUser user, string roleName, CancellationToken cancellationToken) => throw new NotSupportedException(ReadOnly);

    /// <inheritdoc/>
    public Task RemoveFromRoleAsync(ConsoleUser user, string roleName, CancellationToken cancellationToken) => throw new NotSupportedException(ReadOnly);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Holds nothing: the document belongs to the engine.
    }

    private static UserDefinition Of(ConsoleUser user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.Definition;
    }
}
