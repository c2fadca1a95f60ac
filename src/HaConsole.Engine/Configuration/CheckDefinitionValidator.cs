using System.Net;
using System.Text.RegularExpressions;
using FluentValidation;
using HaConsole.Engine.Checks;

namespace HaConsole.Engine.Configuration;

/// <summary>Rules of one application check.</summary>
public sealed partial class CheckDefinitionValidator : AbstractValidator<CheckDefinition>
{
    private const int LongestDays = 3650;

    /// <summary>Makes the rules.</summary>
    public CheckDefinitionValidator()
    {
        this.Check(x => x.Name, (_, v) => DefinitionRules.Name(v));
        this.Check(x => x.Url, (x, v) => DefinitionRules.Url(v, x.Type == CheckType.Http, "http"));
        this.Check(x => x.Host, (x, v) => DefinitionRules.Needed(v, x.Type == CheckType.Tcp, "tcp")
            ?? DefinitionRules.Needed(v + x.Path, x.Type == CheckType.Certificate, "certificate (host and port, or the path of a file)"));
        this.Check(x => x.Port, (x, v) => x.Type == CheckType.Tcp || x is { Type: CheckType.Certificate, Path: "" }
            ? v is >= 1 and <= 65535 ? null : $"it must be 1 … 65535 for type {ProblemRules.Show(x.Type)}"
            : v is >= 0 and <= 65535 ? null : "it must be 0 … 65535");
        this.Check(x => x.Command, (x, v) => DefinitionRules.Needed(v, x.Type == CheckType.Command, "command")
            ?? DefinitionRules.Needed(v + x.Host, x.Type == CheckType.Process, "process (the name of the process)"));
        this.Check(x => x.Lookup, (x, v) => DefinitionRules.Needed(v, x.Type == CheckType.Dns, "dns (the name to resolve)"));
        this.Check(x => x.Path, (x, v) => x.Type == CheckType.Disk && v.Length == 0 ? "it must be set for type disk (a path on the file system)" : Absolute(v));
        this.Check(x => x.LeastPercent, (x, v) => v is < 0 or > 100 ? "it must be 0 … 100 percent"
            : v == 0 && x.Type == CheckType.Memory ? "it must be above 0 for type memory"
            : v == 0 && x.Type == CheckType.Disk && x.LeastMegabytes == 0 ? "it must be above 0 for type disk, or LeastMegabytes must be" : null);
        this.Check(x => x.ConnectionFile, (x, v) => x is { Type: CheckType.Sql, ConnectionVariable: "" } && v.Length == 0
            ? "it must be the file that holds the connection string, or ConnectionVariable must be set, for type sql" : Absolute(v));
        this.Check(x => x.ConnectionVariable, (x, v) => v.Length == 0 || VariableForm().IsMatch(v) ? null : "it must be the name of an environment variable, not the connection string itself");
        this.Check(x => x.Main, (x, v) => x.Type == CheckType.Link || v.Length > 0 ? Target(v) : null);
        this.Check(x => x.Alternate, (x, v) => v.Length == 0 ? null : v == x.Main ? "it must differ from the main address" : Target(v));
        this.Check(x => x.Expected, (x, v) => x.Type == CheckType.Dns && v.Length > 0 && !IPAddress.TryParse(v, out _) ? "it must be an IP address, or empty, for type dns" : DefinitionRules.Line(v));
        this.Check(x => x.ExpectedStatus, (_, v) => StatusList.Read(v) is null ? "it must be a list such as 200,204,300-399, or empty" : null);
        this.Check(x => x.Header, (_, v) => v.Length == 0 || HeaderForm().IsMatch(v) ? DefinitionRules.Line(v) : "it must be the name of a header, or Name: value");
        this.Check(x => x.Application, (_, v) => DefinitionRules.Line(v));
        this.Check(x => x.Url, (_, v) => DefinitionRules.Line(v));
        this.Check(x => x.Host, (_, v) => DefinitionRules.Line(v));
        this.Check(x => x.Lookup, (_, v) => DefinitionRules.Line(v));
        this.Check(x => x.BodyContains, (_, v) => DefinitionRules.Line(v));
        this.Check(x => x.BodyLacks, (_, v) => DefinitionRules.Line(v));
        this.Check(x => x.Command, (_, v) => DefinitionRules.Script(v));
        this.Check(x => x.Query, (_, v) => DefinitionRules.Script(v));
        this.Range(x => x.LeastDays, 0, LongestDays);
        this.Range(x => x.LeastMegabytes, 0, 2_000_000_000);
        this.Range(x => x.SwitchAfter, 0, 1000);
        this.Range(x => x.Interval, 0.1, 3600, "seconds");
        this.Range(x => x.Timeout, 0.05, 600, "seconds");

        // No error: earlier versions took it, and a pair must not stop serving because it was upgraded.
        this.Check(x => x.Timeout, (x, v) => v > x.Interval ? $"it should not be longer than the interval, {ProblemRules.Show(x.Interval)} seconds" : null, Severity.Warning);
        this.Range(x => x.Fall, 1, 100);
        this.Range(x => x.Rise, 1, 100);
    }

    private static string? Absolute(string path)
        => path.Length == 0 ? null : DefinitionRules.Line(path) ?? (path.StartsWith('/') && !path.Split('/').Contains("..") ? null : "it must be an absolute path");

    private static string? Target(string text)
        => LinkSelector.Read(text) is null ? "it must be host:port such as 10.0.0.7:5060 or [fd00::7]:5060" : DefinitionRules.Line(text);

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,99}\z")]
    private static partial Regex VariableForm();

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}(:.*)?\z")]
    private static partial Regex HeaderForm();
}
