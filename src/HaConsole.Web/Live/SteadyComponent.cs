using Microsoft.AspNetCore.Components;

namespace HaConsole.Web.Live;

/// <summary>A part of a page that is drawn anew only when what it shows of its parameters has changed; what its own events do is drawn as usual.</summary>
public abstract class SteadyComponent : ComponentBase
{
    private string? drawn;

    /// <summary>Everything it shows of its parameters; equal texts look equal.</summary>
    protected abstract string Shows { get; }

    /// <inheritdoc/>
    public override Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        var shows = Shows;
        if (shows == drawn)
        {
            return Task.CompletedTask;
        }

        drawn = shows;
        return base.SetParametersAsync(ParameterView.Empty);
    }
}
