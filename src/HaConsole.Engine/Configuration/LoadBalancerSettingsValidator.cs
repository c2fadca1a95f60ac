using FluentValidation;

namespace HaConsole.Engine.Configuration;

/// <summary>Rules of the load balancer's settings.</summary>
public sealed class LoadBalancerSettingsValidator : AbstractValidator<LoadBalancerSettings>
{
    private const int MostEntries = 16;
    private const int LongestPath = 107;

    /// <summary>Makes the rules.</summary>
    public LoadBalancerSettingsValidator()
    {
        this.Range(x => x.Interval, 0.01, 3600, "seconds");
        this.Range(x => x.Timeout, 0.001, 600, "seconds");
        this.Range(x => x.Fall, 1, 100);
        this.Range(x => x.Rise, 1, 100);
        this.Range(x => x.ApplicationPort, 1, 65535);
        this.Range(x => x.TellTimeout, 0.01, 10, "seconds");
        this.Range(x => x.AgentPort, 0, 65535);
        this.Check(x => x.Server1Name, (_, v) => Word(v));
        this.Check(x => x.Server2Name, (x, v) => Word(v) ?? (v == x.Server1Name ? "it must differ from LoadBalancer:Server1Name" : null));
        this.Check(x => x.Runtime, (_, v) => v.Count > MostEntries ? $"it must have at most {MostEntries} entries" : null);
        this.Check(x => x.Backends, (x, v) => v.Count > MostEntries ? $"it must have at most {MostEntries} entries" : v.Count == 0 && x.Runtime.Count > 0 ? "it must name a backend while LoadBalancer:Runtime is set" : null);
        RuleForEach(x => x.Runtime).Custom((value, context) => Entry(context, value, Endpoint(value)));
        RuleForEach(x => x.Backends).Custom((value, context) => Entry(context, value, Word(value)));
    }

    /// <summary>What is wrong with the address of a runtime API; null when it is well.</summary>
    public static string? Endpoint(string? text)
    {
        const string must = "it must be the absolute path of a socket, or host:port such as 10.1.1.9:9999";
        if (string.IsNullOrEmpty(text) || text.Any(c => char.IsControl(c) || c == ' '))
        {
            return must;
        }

        if (text[0] == '/')
        {
            return text.Length <= LongestPath ? null : $"it must have at most {LongestPath} characters";
        }

        var colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text[(colon + 1)..], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            && Uri.CheckHostName(text[..colon].Trim('[', ']')) is not UriHostNameType.Unknown ? null : must;
    }

    /// <summary>A name goes into a command of the runtime API: nothing in it may end the command.</summary>
    private static string? Word(string? text)
        => text is { Length: >= 1 and <= 100 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':')
            ? null : "it must be a name as HAProxy has it: letters, digits, -, _, . and :";

    private static void Entry(ValidationContext<LoadBalancerSettings> context, string value, string? problem)
    {
        if (problem is not null)
        {
            context.AddFailure(new FluentValidation.Results.ValidationFailure(context.PropertyPath, $"{ProblemRules.KeyOf(context.PropertyPath)} is {ProblemRules.Show(value)}; {problem}", value));
        }
    }
}
