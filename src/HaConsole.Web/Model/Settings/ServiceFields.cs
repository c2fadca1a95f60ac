using HaConsole.Engine.Configuration;

namespace HaConsole.Web.Model.Settings;

/// <summary>Fields of a managed service, by the way in which it is run.</summary>
public static class ServiceFields
{
    private static readonly FieldSpec Name = new(nameof(ServiceDefinition.Name), FieldKind.Text);

    private static readonly FieldSpec Type = new(nameof(ServiceDefinition.Type), FieldKind.Choice) { Choices = Enum.GetNames<ServiceType>() };

    private static readonly FieldSpec[] Common =
    [
        new(nameof(ServiceDefinition.Needs), FieldKind.Lines),
        new(nameof(ServiceDefinition.StartDelay), FieldKind.Number),
        new(nameof(ServiceDefinition.StartTimeout), FieldKind.Number),
        new(nameof(ServiceDefinition.StopTimeout), FieldKind.Number),
        new(nameof(ServiceDefinition.CtiPorts), FieldKind.Whole),
        new(nameof(ServiceDefinition.CtiDevices), FieldKind.Whole),
        new(nameof(ServiceDefinition.RestartBudget), FieldKind.Whole),
        new(nameof(ServiceDefinition.RestartAt), FieldKind.Text),
        new(nameof(ServiceDefinition.Optional), FieldKind.Flag),
        new(nameof(ServiceDefinition.StandbyResponder), FieldKind.Choice) { Choices = Enum.GetNames<StandbyResponder>() },
        new(nameof(ServiceDefinition.Port), FieldKind.Whole),
        new(nameof(ServiceDefinition.RedirectTo), FieldKind.Text),
    ];

    private static readonly FieldSpec[] Surroundings =
        [new(nameof(ServiceDefinition.WorkingDirectory), FieldKind.Text), new(nameof(ServiceDefinition.Environment), FieldKind.Lines)];

    /// <summary>Fields of a type, in their order.</summary>
    public static IReadOnlyList<FieldSpec> Of(ServiceType type)
    {
        FieldSpec[] own = type switch
        {
            ServiceType.Process =>
            [
                new(nameof(ServiceDefinition.Command), FieldKind.Text),
                new(nameof(ServiceDefinition.Arguments), FieldKind.Lines),
                .. Surroundings,
                new(nameof(ServiceDefinition.Url), FieldKind.Text),
            ],
            ServiceType.Systemd => [new(nameof(ServiceDefinition.Unit), FieldKind.Text)],
            ServiceType.Command =>
            [
                new(nameof(ServiceDefinition.StartCommand), FieldKind.Lines),
                new(nameof(ServiceDefinition.StopCommand), FieldKind.Lines),
                new(nameof(ServiceDefinition.StatusCommand), FieldKind.Lines),
                .. Surroundings,
            ],
            _ => [new(nameof(ServiceDefinition.Url), FieldKind.Text)],
        };
        return [Name, Type, .. own, .. Common];
    }

    /// <summary>The definition without what its type does not use.</summary>
    public static ServiceDefinition Only(ServiceDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return Kept.Of(definition, Of(definition.Type));
    }
}

/// <summary>Fields of an application check, by the way in which it looks.</summary>
public static class CheckFields
{
    private static readonly FieldSpec[] Common =
    [
        new(nameof(CheckDefinition.Interval), FieldKind.Number),
        new(nameof(CheckDefinition.Timeout), FieldKind.Number),
        new(nameof(CheckDefinition.Fall), FieldKind.Whole),
        new(nameof(CheckDefinition.Rise), FieldKind.Whole),
    ];

    private static readonly FieldSpec Severity = new(nameof(CheckDefinition.Severity), FieldKind.Choice) { Choices = Enum.GetNames<CheckSeverity>() };

    /// <summary>Fields of a type, in their order.</summary>
    public static IReadOnlyList<FieldSpec> Of(CheckType type)
    {
        FieldSpec[] own = type switch
        {
            CheckType.Http =>
            [
                Text(nameof(CheckDefinition.Url)),
                Text(nameof(CheckDefinition.ExpectedStatus)),
                Text(nameof(CheckDefinition.BodyContains)),
                Text(nameof(CheckDefinition.BodyLacks)),
                Text(nameof(CheckDefinition.Header)),
                Whole(nameof(CheckDefinition.LeastDays)),
            ],
            CheckType.Tcp => [Text(nameof(CheckDefinition.Host)), Whole(nameof(CheckDefinition.Port))],
            CheckType.Dns => [Text(nameof(CheckDefinition.Lookup)), Text(nameof(CheckDefinition.Host)), Whole(nameof(CheckDefinition.Port)), Text(nameof(CheckDefinition.Expected))],
            CheckType.Disk => [Text(nameof(CheckDefinition.Path)), new(nameof(CheckDefinition.LeastPercent), FieldKind.Number), Whole(nameof(CheckDefinition.LeastMegabytes))],
            CheckType.Memory => [new(nameof(CheckDefinition.LeastPercent), FieldKind.Number)],
            CheckType.Certificate => [Text(nameof(CheckDefinition.Host)), Whole(nameof(CheckDefinition.Port)), Text(nameof(CheckDefinition.Path)), Whole(nameof(CheckDefinition.LeastDays))],
            CheckType.Sql => [Text(nameof(CheckDefinition.ConnectionFile)), Text(nameof(CheckDefinition.ConnectionVariable)), new(nameof(CheckDefinition.Query), FieldKind.Lines), Text(nameof(CheckDefinition.Expected))],
            CheckType.Link => [Text(nameof(CheckDefinition.Main)), Text(nameof(CheckDefinition.Alternate)), new(nameof(CheckDefinition.FollowBack), FieldKind.Flag), Whole(nameof(CheckDefinition.SwitchAfter))],
            _ => [new(nameof(CheckDefinition.Command), type == CheckType.Command ? FieldKind.Lines : FieldKind.Text)],
        };
        return
        [
            new(nameof(CheckDefinition.Name), FieldKind.Text),
            new(nameof(CheckDefinition.Application), FieldKind.Text),
            new(nameof(CheckDefinition.Type), FieldKind.Choice) { Choices = Enum.GetNames<CheckType>() },
            .. own,
            .. Common,
            .. type == CheckType.Link ? (FieldSpec[])[] : [Severity],
        ];
    }

    private static FieldSpec Text(string name) => new(name, FieldKind.Text);

    private static FieldSpec Whole(string name) => new(name, FieldKind.Whole);

    /// <summary>The definition without what its type does not use; a process may be named by its host, as in older files.</summary>
    public static CheckDefinition Only(CheckDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var named = definition is { Type: CheckType.Process, Command: "" } ? definition with { Command = definition.Host } : definition;
        return Kept.Of(named, Of(named.Type));
    }
}

/// <summary>Copies of records with some of their settings.</summary>
internal static class Kept
{
    /// <summary>A copy in which every setting that is not named has its default.</summary>
    public static T Of<T>(T value, IReadOnlyList<FieldSpec> fields)
        where T : class, new()
    {
        var copy = new T();
        foreach (var member in RecordTexts.Members(typeof(T)).Where(m => fields.Any(f => f.Name == m.Name)))
        {
            member.SetValue(copy, member.GetValue(value));
        }

        return copy;
    }
}
