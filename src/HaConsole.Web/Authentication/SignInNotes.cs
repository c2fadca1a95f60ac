using HaConsole.Engine.Journal;
using HaConsole.Failover;
using HaConsole.Web.Live;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Authentication;

/// <summary>Says in the events who signed in, who could not and why. One line a minute for each address that fails again and again.</summary>
public sealed class SignInNotes(ConsoleEngine engine, TimeProvider time)
{
    private const int MostKept = 1000;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, long> last = new(StringComparer.Ordinal);

    /// <summary>A sign-in that worked.</summary>
    public void SignedIn(string user, string address) => Record("signed-in", Severity.Info, $"{user} has signed in from {address}.", user, address, OperationEnd.Done);

    /// <summary>One that did not.</summary>
    public void SignInFailed(string user, string address, string why)
    {
        if (IsDue(address))
        {
            Record("sign-in-failed", Severity.Warning, $"Sign-in of {Shown(user)} from {address} failed: {why}.", Shown(user), address, OperationEnd.Refused);
        }
    }

    /// <summary>The password was given once more.</summary>
    public void Confirmed(string user, string address) => Record("password-confirmed", Severity.Info, $"{user} has confirmed the password from {address}.", user, address, OperationEnd.Done);

    /// <summary>Somebody at an open page of that user does not know its password. Each wrong one is written down: the wait after failures bounds them.</summary>
    public void ConfirmationFailed(string user, string address, string why)
    {
        if (why.StartsWith("wrong", StringComparison.Ordinal) || IsDue(address))
        {
            Record("password-not-confirmed", Severity.Warning, $"{user} could not confirm the password from {address}: {why}.", user, address, OperationEnd.Refused);
        }
    }

    /// <summary>A token that was refused.</summary>
    public void TokenRefused(string token, string address, string why)
    {
        if (IsDue(address))
        {
            Record("token-refused", Severity.Warning, $"Token {token} from {address} refused: {why}.", token, address, OperationEnd.Refused);
        }
    }

    /// <summary>What was typed, as far as it may be a name: a password typed into the wrong field must not be written down.</summary>
    private static string Shown(string user) => AccessText.NameProblem(user) is null && user.Length <= 32 ? user : "somebody";

    private bool IsDue(string address)
    {
        if (last.Count > MostKept)
        {
            last.Clear();
        }

        var due = !last.TryGetValue(address, out var at) || time.GetElapsedTime(at) > TimeSpan.FromSeconds(10);
        if (due)
        {
            last[address] = time.GetTimestamp();
        }

        return due;
    }

    private void Record(string kind, Severity severity, string sentence, string who, string address, OperationEnd end)
    {
        var epoch = engine.Engine.Current.Servers.Select(server => server.Epoch).DefaultIfEmpty(0).Max();
        engine.Engine.Record(new HaEvent { Epoch = epoch, Kind = kind, Severity = severity, Sentence = sentence, Evidence = new Dictionary<string, string> { ["who"] = who, ["address"] = address } });

        // Whoever signs in does not wait for the disk; the entry is made at once.
        var nobody = new Actor(who, Right.None, Origin.Console, address);
        var entry = AuditEntries.Of(nobody, new Operation(kind, "", "", Right.None) { Audited = true }, end, sentence);
        _ = Task.Run(() => engine.Run.Audit.Append(entry));
    }
}
