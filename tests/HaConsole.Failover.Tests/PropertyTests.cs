using FsCheck;
using FsCheck.Fluent;
using HaConsole.Failover.Tests.Bench;

namespace HaConsole.Failover.Tests;

/// <summary>What holds for one core whatever happens to it, in whatever order. A failure prints the shortest list of numbers that replays it.</summary>
public sealed class PropertyTests
{
    [Fact]
    public void AnyInputs_KeepThePromisesOfTheCore() => Prove(witness: false);

    [Fact]
    public void AnyInputsWithAWitness_KeepThePromisesOfTheCore() => Prove(witness: true);

    private static void Prove(bool witness)
    {
        var sequences = Arb.From(Gen.ArrayOf(Gen.Choose(0, int.MaxValue), 120), Shorter);
        var property = Prop.ForAll(sequences, codes => new RandomLife(codes, witness).Live());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), property);
    }

    private static IEnumerable<int[]> Shorter(int[] codes)
    {
        for (var size = codes.Length / 2; size >= 1; size /= 2)
        {
            for (var from = 0; from + size <= codes.Length; from += size)
            {
                yield return [.. codes[..from], .. codes[(from + size)..]];
            }
        }
    }
}

/// <summary>One core that lives through inputs decoded from numbers, and is checked after each.</summary>
internal sealed class RandomLife
{
    private static readonly Role[] PeerRoles = [Role.Starting, Role.Standby, Role.Yielding, Role.Active];
    private readonly int[] codes;
    private readonly List<string> lived = [];
    private FailoverSettings settings;
    private NodeState state;
    private StoredState stored = StoredState.Fresh;
    private TimeSpan now = TimeSpan.FromSeconds(100);
    private int code;
    private bool mayStart = true;

    public RandomLife(int[] codes, bool witness)
    {
        this.codes = codes;
        code = codes.Length > 0 ? codes[0] : 0;
        settings = PairBench.Defaults with
        {
            Witness = witness,
            FailuresToSwitch = 1 + Take(3),
            FirstServerAutoRestart = Take(2) == 0,
            TestVipDestination = Take(2) == 0,
        };
        state = FailoverMachine.Start(Take(2) == 0 ? Rank.Primary : Rank.Backup, stored, PairControls.None, settings, now);
    }

    private DateTimeOffset Utc => PairBench.Start + now;

    public void Live()
    {
        foreach (var next in codes)
        {
            code = next;
            var before = state;
            var input = Next();
            var result = FailoverMachine.Step(state, input, settings);
            state = result.Next;
            lived.Add($"{now.TotalSeconds:0.000} {input.Kind} → {state.Role} e{state.Epoch} row {result.Decision.Row} {result.Decision.Sentence}");
            Verify(before, input, result);
        }
    }

    private void Verify(NodeState before, NodeInput input, StepResult result)
    {
        Holds(state.Epoch >= before.Epoch && state.HighestEpoch >= before.HighestEpoch && state.HighestEpoch >= state.Epoch, "an epoch never falls");
        Holds(!state.AnswersActive || state.Role == Role.Active, "ACTIVE only when Active");
        Holds(state.WakeAt > now, "the next wake-up lies ahead");
        EffectOrderTests.AssertOrder(result.Effects);
        foreach (var persist in result.Effects.OfType<NodeEffect.PersistState>())
        {
            Holds(persist.State.Epoch >= stored.Epoch && persist.State.HighestEpoch >= stored.HighestEpoch, "a stored epoch never falls");
            stored = persist.State;
        }

        VerifyActivation(before, result);
        VerifyServices(input, result);
        Holds(result.Decision.Row < 400 || !(state.Controls.Pause?.InForce(Utc) ?? false), "no row from 400 on acts while paused");
        Holds(settings.Enabled || result.Decision.Row is 0 or 100 or 300, "disabled: nothing acts but a person");
        Holds(result.Decision.Row == 0 || result.Decision.Sentence.Length > 0, "a decision has a sentence");
        Holds(result.Effects.Count(effect => effect is NodeEffect.PersistState) <= 1, "the state is stored once in a step");
        foreach (var row in FailoverMachine.Explain(state, settings, now, Utc))
        {
            Holds(row.Sentence.Length > 0 && (row.DueIn is not { } due || due >= TimeSpan.Zero), "every row can be explained");
        }
    }

    private void VerifyActivation(NodeState before, StepResult result)
    {
        var activated = result.Effects.OfType<NodeEffect.SwitchLocal>().Any(local => local is { Component: Component.Engine, Role: Role.Active });
        Holds(activated || state.Role != Role.Active || before.Role == Role.Active, "the role Active comes with its requests");
        if (!activated)
        {
            return;
        }

        var first = result.Effects[0] as NodeEffect.PersistState;
        Holds(state.Epoch > before.HighestEpoch, "an activation takes a new epoch");
        Holds(first?.State.Role == Role.Active && first.State.Epoch == state.Epoch, "the epoch is stored before anything acts in it");
        Holds(result.Decision.Row is 100 or 300 or 305 or 400 or 410 or 420 or 430, "only an activating row activates");
        if (settings is { Witness: true, Enabled: true } && state.Role == Role.Active && !state.VoteOverridden)
        {
            var votes = (state.PromisedUntil <= now ? 1 : 0) + (state.PeerPromiseUntil > now ? 1 : 0) + (state.LeaseUntil > now ? 1 : 0);
            Holds(votes >= 2, "with a witness nobody becomes Active without the vote");
        }
    }

    private void VerifyServices(NodeInput input, StepResult result)
    {
        mayStart |= input.Kind == InputKind.Services && input.ServicesState is ServicesState.Stopped or ServicesState.Stopping;
        foreach (var effect in result.Effects)
        {
            if (effect is NodeEffect.SwitchLocal { Component: Component.Services })
            {
                mayStart = true;
            }
            else if (effect is NodeEffect.StartServices)
            {
                Holds(state.Role == Role.Active, "services start only on an Active");
                Holds(mayStart, "services are told to start once between two stops");
                mayStart = false;
            }
        }
    }

    private void Holds(bool condition, string what)
    {
        if (!condition)
        {
            Assert.Fail($"{what}:{Environment.NewLine}{string.Join(Environment.NewLine, lived.TakeLast(25))}");
        }
    }

    private NodeInput Next()
    {
        var kind = Take(16);
        now += Take(4) switch
        {
            0 => TimeSpan.FromMilliseconds(1),
            1 => TimeSpan.FromMilliseconds(1 + Take(400)),
            2 => state.WakeAt > now ? state.WakeAt - now : TimeSpan.FromMilliseconds(1),
            _ => TimeSpan.FromSeconds(Take(40) == 0 ? 30 : 1),
        };
        return kind switch
        {
            0 => NodeInput.Local(now, Utc, new LocalFacts((LanState)Take(4), (SelfHealth)Take(3), (VipDestination)Take(3))),
            1 => NodeInput.Local(now, Utc, new LocalFacts(LanState.Up, SelfHealth.Ok, VipDestination.Here)),
            2 or 3 => NodeInput.Probe(now, Utc, new ProbeFact((ProbeOutcome)Take(3), Take(2) == 0 ? Role.Active : Role.Standby)),
            4 or 5 => NodeInput.ExchangeAnswered(now, Utc, Report(), now - TimeSpan.FromMilliseconds(Take(300))),
            6 => NodeInput.ExchangeFailed(now, Utc),
            7 => NodeInput.Heard(now, Utc, Report()),
            8 => NodeInput.LinkLost(now, Utc),
            9 or 10 => NodeInput.Services(now, Utc, (ServicesState)Take(7)),
            11 => Command(),
            12 => NodeInput.LeaseGranted(now, Utc, now - TimeSpan.FromMilliseconds(Take(300)), settings.VoteDuration),
            13 => NodeInput.LeaseRefused(now, Utc),
            14 => Change(),
            _ => NodeInput.Wake(now, Utc),
        };
    }

    private NodeInput Change()
    {
        settings = Take(4) switch
        {
            0 => settings with { Enabled = Take(3) != 0 },
            1 => settings with { FailuresToSwitch = 1 + Take(4) },
            2 => settings with { HeartbeatInterval = TimeSpan.FromSeconds(1 + Take(3)) },
            _ => settings with { FirstServerAutoRestart = !settings.FirstServerAutoRestart },
        };
        return NodeInput.Wake(now, Utc);
    }

    private NodeInput Command()
    {
        var control = new TimedControl("anna", "", Utc, Utc + TimeSpan.FromSeconds(5));
        return NodeInput.Command(now, Utc, Take(8) switch
        {
            0 => new NodeCommand(CommandKind.ForcedFailover) { Id = code },
            1 => new NodeCommand(CommandKind.Stop) { Id = code, HandOver = Take(2) == 0 },
            2 => new NodeCommand(CommandKind.SetControls) { Id = code, Controls = c => c with { Pause = control } },
            3 => new NodeCommand(CommandKind.SetControls) { Id = code, Controls = c => c with { Pause = null, Hold = null } },
            4 => new NodeCommand(CommandKind.SetControls) { Id = code, Controls = c => c.WithMaintenance(Rank.Backup, control) },
            _ => new NodeCommand(CommandKind.Switchover) { Id = code, Target = Take(2) == 0 ? Rank.Primary : Rank.Backup },
        });
    }

    private PeerReport Report()
    {
        var role = PeerRoles[Take(4)];
        var epoch = new Epoch(Math.Max(0, state.HighestEpoch.Value + Take(4) - 2));
        return OneServer.Of(state.Rank.Other(), role) with
        {
            Epoch = epoch,
            HighestEpoch = Epoch.Max(epoch, new Epoch(state.HighestEpoch.Value - (Take(2) == 0 ? 0 : 1))),
            StepDown = role == Role.Active && Take(2) == 0 ? epoch : Epoch.None,
            Offer = role == Role.Yielding ? (OfferReason)Take(5) : OfferReason.None,
            Services = (ServicesState)Take(7),
            Self = (SelfHealth)Take(3),
            Promise = Take(3) == 0 ? settings.VoteDuration : TimeSpan.Zero,
            VoteWanted = Take(4) == 0,
            HoldsVote = Take(4) == 0,
            VotesDroppedAt = TimeSpan.FromSeconds(Take(3)),
            HandOverWanted = Take(6) == 0 ? 420 : 0,
        };
    }

    /// <summary>The next choice of the present number.</summary>
    private int Take(int choices)
    {
        code = (int)((((uint)code * 1_103_515_245L) + 12_345L) & 0x7FFF_FFFF);
        return (code >> 8) % choices;
    }
}
