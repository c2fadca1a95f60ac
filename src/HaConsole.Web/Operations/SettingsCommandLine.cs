using System.Globalization;
using System.Text.RegularExpressions;
using HaConsole.Engine.Configuration;
using HaConsole.Web.Model.Settings;

namespace HaConsole.Web.Operations;

/// <summary>A change of the configuration as it is typed on the command line, without secrets.</summary>
public static partial class SettingsCommandLine
{
    /// <summary><c>haconsole settings set HotStandby:HeartbeatInterval=20 …</c>.</summary>
    public static string Set(HotStandbyParameters before, HotStandbyParameters after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var (a, b) = (Invariant(before), Invariant(after));
        return "haconsole settings set" + string.Concat(b.Where(x => a[x.Key] != x.Value).Select(x => " " + Word($"HotStandby:{x.Key}={x.Value}")));
    }

    /// <summary>A change that the command line makes by a file.</summary>
    public static string Import(string file) => $"haconsole settings import {Word(file)}";

    /// <summary>One word of a shell, whatever is in it.</summary>
    public static string Word(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Plain().IsMatch(text) ? text : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }

    /// <summary>Parameters as texts of the command line.</summary>
    private static Dictionary<string, string> Invariant(HotStandbyParameters parameters) => RecordTexts.Of(parameters, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[A-Za-z0-9_./:=@%+,-]+\z")]
    private static partial Regex Plain();
}
