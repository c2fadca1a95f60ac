using HaConsole.Engine;

namespace HaConsole.Web.Api;

/// <summary>Body of <c>POST services/NAME</c>.</summary>
public sealed record ServiceRequest
{
    /// <summary>Server, 1 or 2; null = the one that answers.</summary>
    public int? Server { get; init; }

    /// <summary>What to do: Start, Stop or Restart.</summary>
    public ServiceCommand? Command { get; init; }
}

/// <summary>Body of <c>POST checks/NAME/run</c>.</summary>
public sealed record CheckRequest
{
    /// <summary>Server, 1 or 2; null = the one that answers.</summary>
    public int? Server { get; init; }
}

/// <summary>Body of <c>POST checks/NAME/mute</c>.</summary>
public sealed record MuteRequest
{
    /// <summary>Seconds, above 0 and at most 366 days. Default 1 hour.</summary>
    public double For { get; set; } = 3600;

    /// <summary>Why; one line of at most 500 characters.</summary>
    public string Reason { get; set; } = "";
}

/// <summary>Body of <c>POST restart</c>.</summary>
public sealed record RestartRequest
{
    /// <summary>Server, 1 or 2; null = the one that answers.</summary>
    public int? Server { get; init; }
}
