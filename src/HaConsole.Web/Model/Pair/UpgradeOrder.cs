using HaConsole.Engine.Status;

namespace HaConsole.Web.Model.Pair;

/// <summary>Which server to upgrade next, so that the pair serves all the time: the Standby, then, after a switch, the other one.</summary>
/// <param name="Server">Number of the server to upgrade next; null while nobody can say, because no server is Active or one is not known.</param>
/// <param name="SwitchFirst">It is Active: switch to the other one before.</param>
/// <param name="IsUnderWay">The other server has the newer version already.</param>
public sealed record UpgradeOrder(int? Server, bool SwitchFirst, bool IsUnderWay)
{
    /// <summary>The order in a pair that is as the snapshot says.</summary>
    public static UpgradeOrder Of(StatusSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (snapshot.Servers is not [var one, var two] || one.SoftwareVersion.Length == 0 || two.SoftwareVersion.Length == 0)
        {
            return new UpgradeOrder(null, false, false);
        }

        var order = Compare(one.SoftwareVersion, two.SoftwareVersion);
        if (order != 0)
        {
            var older = order < 0 ? one : two;
            return new UpgradeOrder(older.Server, older.Role == "Active", true);
        }

        var active = snapshot.Servers.Where(s => s.Role == "Active").ToList();
        return active.Count == 1
            ? new UpgradeOrder(snapshot.Servers.First(s => s != active[0]).Server, false, false)
            : new UpgradeOrder(null, false, false);
    }

    /// <summary>By the numbers before the first <c>-</c> or <c>+</c>; what has none is compared as text.</summary>
    private static int Compare(string one, string other)
    {
        var (a, b) = (Numbers(one), Numbers(other));
        return a is not null && b is not null ? a.CompareTo(b) : string.CompareOrdinal(one, other);
    }

    private static Version? Numbers(string version) => Version.TryParse(version.Split('-', '+')[0], out var parsed) ? parsed : null;
}
