namespace HaConsole.Web.Cli;

/// <summary>Exit codes of every verb.</summary>
public static class ExitCode
{
    /// <summary>Done; the pair is healthy.</summary>
    public const int Done = 0;

    /// <summary>Server not running, input or output failed.</summary>
    public const int Failure = 1;

    /// <summary>An Active serves, but something is wrong.</summary>
    public const int Degraded = 2;

    /// <summary>No Active; or an invariant is violated in a simulation.</summary>
    public const int NoActive = 3;

    /// <summary>Two Actives.</summary>
    public const int TwoActives = 4;

    /// <summary>A pre-check or a dry run says no.</summary>
    public const int Refused = 5;

    /// <summary>Wrong usage.</summary>
    public const int Usage = 64;

    /// <summary>Invalid file or value.</summary>
    public const int Invalid = 65;
}
