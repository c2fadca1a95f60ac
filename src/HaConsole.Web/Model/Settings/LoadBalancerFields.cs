using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Model.Settings;

/// <summary>Fields of the load balancer's settings.</summary>
public static class LoadBalancerFields
{
    /// <summary>All of them, in their order.</summary>
    public static IReadOnlyList<FieldSpec> All { get; } =
    [
        new(nameof(LoadBalancerSettings.Mode), FieldKind.Choice) { Choices = Enum.GetNames<BalancerMode>() },
        new(nameof(LoadBalancerSettings.Interval), FieldKind.Number),
        new(nameof(LoadBalancerSettings.Timeout), FieldKind.Number),
        new(nameof(LoadBalancerSettings.Fall), FieldKind.Whole),
        new(nameof(LoadBalancerSettings.Rise), FieldKind.Whole),
        new(nameof(LoadBalancerSettings.PrefersFirst), FieldKind.Flag),
        new(nameof(LoadBalancerSettings.ApplicationPort), FieldKind.Whole),
        new(nameof(LoadBalancerSettings.Runtime), FieldKind.Lines),
        new(nameof(LoadBalancerSettings.Backends), FieldKind.Lines),
        new(nameof(LoadBalancerSettings.Server1Name), FieldKind.Text),
        new(nameof(LoadBalancerSettings.Server2Name), FieldKind.Text),
        new(nameof(LoadBalancerSettings.Standby), FieldKind.Choice) { Choices = Enum.GetNames<BalancerStandby>() },
        new(nameof(LoadBalancerSettings.TellTimeout), FieldKind.Number),
        new(nameof(LoadBalancerSettings.AgentPort), FieldKind.Whole),
    ];
}
