using System.Net;
using FluentValidation;
using FluentValidation.Results;
using HaConsole.Engine.Services;
using HaConsole.Engine.VirtualIp;

namespace HaConsole.Engine.Configuration;

/// <summary>Rules of the whole replicated document: each part, unique names, and the relations between the parts.</summary>
public sealed class PairConfigurationValidator : AbstractValidator<PairConfiguration>
{
    /// <summary>Seconds that T should be longer than the longest application check, which the peer's probe waits for.</summary>
    public const double TimeoutMargin = 3;

    /// <summary>Makes the rules.</summary>
    public PairConfigurationValidator()
    {
        this.Check(x => x.Format, (_, v) => v is >= 1 and <= PairConfiguration.CurrentFormat ? null : $"it must be 1 … {PairConfiguration.CurrentFormat}");
        RuleFor(x => x.HotStandby).SetValidator(new HotStandbyParametersValidator());
        RuleForEach(x => x.Services).SetValidator(new ServiceDefinitionValidator());
        RuleForEach(x => x.Checks).SetValidator(new CheckDefinitionValidator());
        RuleForEach(x => x.Certificates).SetValidator(new CertificateDefinitionValidator());
        RuleForEach(x => x.FileSets).SetValidator(new FileSetDefinitionValidator());
        RuleForEach(x => x.Addresses).SetValidator(new AddressDefinitionValidator());
        RuleFor(x => x.Notifications).SetValidator(new NotificationSettingsValidator());
        RuleFor(x => x.LoadBalancer).SetValidator(new LoadBalancerSettingsValidator());
        RuleFor(x => x.Access).SetValidator(new AccessConfigurationValidator());
        RuleForEach(x => x.Mutes).SetValidator(new CheckMuteValidator());
        RuleFor(x => x.Services).Custom((list, context) => Unique("Services", [.. list.Select(s => s.Name)], context));
        RuleFor(x => x.Checks).Custom((list, context) => Unique("Checks", [.. list.Select(c => c.Name)], context));
        RuleFor(x => x.Certificates).Custom((list, context) => Unique("Certificates", [.. list.Select(c => c.Name)], context));
        RuleFor(x => x.FileSets).Custom((list, context) => Unique("FileSets", [.. list.Select(s => s.Name)], context));
        RuleFor(x => x.FileSets).Custom(Apart);
        RuleFor(x => x.Addresses).Custom((list, context) => Unique("Addresses", [.. list.Select(a => a.Name)], context));
        RuleFor(x => x.Addresses).Custom(SwitchedInterfaces);
        RuleFor(x => x).Custom(OwnAddresses);
        RuleFor(x => x).Custom(VipFollowsRole);
        RuleFor(x => x).Custom(TimeoutAgainstChecks);
        RuleFor(x => x).Custom(StandbyRules.Together);
        RuleFor(x => x).Custom((pair, context) =>
        {
            foreach (var (index, text) in ServiceOrder.Problems(pair))
            {
                context.AddFailure(new ValidationFailure($"Services[{index}].Needs", $"Services:{index}:Needs {text}"));
            }
        });
    }

    private static void Unique(string section, string[] names, ValidationContext<PairConfiguration> context)
    {
        for (var i = 0; i < names.Length; i++)
        {
            var first = Array.FindIndex(names, n => n.Equals(names[i], StringComparison.OrdinalIgnoreCase));
            if (first < i && names[i].Length > 0)
            {
                context.AddFailure(new ValidationFailure($"{section}[{i}].Name", $"{section}:{i}:Name is {names[i]}; it must differ from {section}:{first}:Name"));
            }
        }
    }

    /// <summary>Two sets with a directory in common would undo each other's work.</summary>
    private static void Apart(IReadOnlyList<FileSetDefinition> sets, ValidationContext<PairConfiguration> context)
    {
        for (var i = 0; i < sets.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (sets[i].Path.Length > 0 && sets[j].Path.Length > 0 && FileSetDefinitionValidator.Overlap(sets[i].Path, sets[j].Path))
                {
                    context.AddFailure(new ValidationFailure($"FileSets[{i}].Path", $"FileSets:{i}:Path is {sets[i].Path}; it must not overlap {sets[j].Path} of FileSets:{j}"));
                }
            }
        }
    }

    /// <summary>An interface that is switched off would take the other addresses on it away.</summary>
    private static void SwitchedInterfaces(IReadOnlyList<AddressDefinition> list, ValidationContext<PairConfiguration> context)
    {
        for (var i = 0; i < list.Count; i++)
        {
            var other = list.ToList().FindIndex(one => one.Interface == list[i].Interface && one.Name != list[i].Name);
            if (list[i].SwitchInterface && list[i].Interface.Length > 0 && other >= 0)
            {
                context.AddFailure(new ValidationFailure($"Addresses[{i}].SwitchInterface", $"Addresses:{i}:SwitchInterface is true; interface {list[i].Interface} must then not be that of Addresses:{other} too"));
            }
        }
    }

    /// <summary>An address that moves is neither a server's own nor in the list twice.</summary>
    private static void OwnAddresses(PairConfiguration pair, ValidationContext<PairConfiguration> context)
    {
        var taken = new List<(IPAddress Address, string Key)>();
        foreach (var (text, key) in new[] { (pair.HotStandby.Server1Address, "HotStandby:Server1Address"), (pair.HotStandby.Server2Address, "HotStandby:Server2Address") })
        {
            if (Addresses.TryParse(text, out var own))
            {
                taken.Add((own, key));
            }
        }

        for (var i = 0; i < pair.Addresses.Count; i++)
        {
            if (!CidrAddress.TryParse(pair.Addresses[i].Address, out var cidr))
            {
                continue;
            }

            if (taken.Find(t => t.Address.Equals(cidr.Address)) is { Key: { } key })
            {
                context.AddFailure(new ValidationFailure($"Addresses[{i}].Address", $"Addresses:{i}:Address is {cidr}; it must differ from {key}"));
            }

            taken.Add((cidr.Address, $"Addresses:{i}:Address"));
        }
    }

    /// <summary>The role follows the VIP and the VIP follows the role: nothing decides.</summary>
    private static void VipFollowsRole(PairConfiguration pair, ValidationContext<PairConfiguration> context)
    {
        if (pair.HotStandby is { Enabled: true, TestVipDestination: true } && VipRules.ManagedAs(pair) is { } managed)
        {
            var text = $"HotStandby:TestVipDestination is true and {managed} is the VIP address; the address would follow the role and the role the address: set it to false, the pair moves the address itself";
            context.AddFailure(new ValidationFailure("HotStandby.TestVipDestination", text) { Severity = Severity.Warning });
        }
    }

    private static void TimeoutAgainstChecks(PairConfiguration pair, ValidationContext<PairConfiguration> context)
    {
        if (!pair.HotStandby.Enabled || pair.Checks.Count == 0)
        {
            return;
        }

        var longest = pair.Checks.MaxBy(c => c.Timeout)!;
        if (pair.HotStandby.HeartbeatTimeout < longest.Timeout + TimeoutMargin)
        {
            var text = $"HotStandby:HeartbeatTimeout is {ProblemRules.Show(pair.HotStandby.HeartbeatTimeout)}; it should be {ProblemRules.Show(longest.Timeout + TimeoutMargin)} seconds or more, 3 above the timeout of check {longest.Name}";
            context.AddFailure(new ValidationFailure("HotStandby.HeartbeatTimeout", text) { Severity = Severity.Warning });
        }
    }
}
