using HaConsole.Simulation.Scenarios;
using HaConsole.Web.Model.Simulation;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages.SimulatorParts;

/// <summary>Words and shapes of faults: what breaks points down, what mends is round, what an operator does is a diamond.</summary>
public static class FaultWords
{
    /// <summary>Class of a fault: <c>breaks</c>, <c>mends</c> or <c>operator</c>.</summary>
    public static string Category(FaultKind kind) => kind switch
    {
        FaultKind.Restart or FaultKind.FrameworkUp or FaultKind.ApplicationOk or FaultKind.Heal or FaultKind.Reconnect or FaultKind.Thaw or FaultKind.WitnessUp => "mends",
        FaultKind.Switch or FaultKind.Pause or FaultKind.Resume or FaultKind.Vip or FaultKind.Settings => "operator",
        _ => "breaks",
    };

    /// <summary>Path of the shape; its foot is at 0,0.</summary>
    public static string Shape(FaultKind kind) => Category(kind) switch
    {
        "mends" => "M0 -15 a7.5 7.5 0 1 1 -0.01 0 Z",
        "operator" => "M0 0 L8 -8 L0 -16 L-8 -8 Z",
        _ => "M0 0 L-8.5 -15 L8.5 -15 Z",
    };

    /// <summary>A fault as a sentence.</summary>
    public static string Say(IStringLocalizer text, Fault fault)
    {
        var server = fault.Server + fault.From + (fault.From == 0 ? fault.To : 0);
        return Say(text, fault.Kind, server, fault.Percent.ToString("0.###", System.Globalization.CultureInfo.CurrentCulture), fault.Force);
    }

    /// <summary>A fault in the editor as a sentence.</summary>
    public static string Say(IStringLocalizer text, FaultDraft fault) => Say(text, fault.Kind, fault.Server, fault.Percent, fault.Force);

    /// <summary>A choice of server, in the words of the kind.</summary>
    public static string Server(IStringLocalizer text, FaultKind kind, int server)
        => kind is FaultKind.Cut or FaultKind.Heal ? text["server.from", server, 3 - server] : kind is FaultKind.Vip or FaultKind.Switch ? text["server.to", server] : text["server", server];

    private static string Say(IStringLocalizer text, FaultKind kind, int server, string percent, bool force)
        => text[kind == FaultKind.Switch && force ? "said.Force" : "said." + kind, server, 3 - server, percent];
}
