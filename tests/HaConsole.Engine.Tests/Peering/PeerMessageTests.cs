using HaConsole.Engine.Peering;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Peering;

public sealed class PeerMessageTests
{
    [Fact]
    public void EveryReport_SurvivesTheRoundTrip()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 2000; i++)
        {
            var sent = Any(random);

            var read = PeerMessage.Read(PeerMessage.Write(sent), out var problem);

            Assert.True(read is not null, $"seed {seed}: {problem}");
            AssertSame(sent.Report.Controls, read.Report.Controls);
            Assert.Equal(sent with { Report = Bare(sent.Report) }, read with { Report = Bare(read.Report) });
        }
    }

    [Fact]
    public void AMessageInSteadyState_IsSmall()
    {
        var report = new PeerReport
        {
            Rank = Rank.Primary,
            Role = Role.Active,
            Epoch = new Epoch(7),
            HighestEpoch = new Epoch(7),
            Self = SelfHealth.Ok,
            SeesPeer = PeerHealth.Healthy,
            Lan = LanState.Up,
            Services = ServicesState.Running,
            LongestStop = TimeSpan.FromSeconds(30),
            Configuration = new Revision(7, 12, 1),
            ConfigurationHash = -1,
            Version = "0.1.0",
        };
        var now = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
        var envelope = new PeerEnvelope { Incarnation = ulong.MaxValue, Sequence = 3000, SentAt = PeerMessage.ToWire(now), DetailVersion = 7, Report = report };

        Assert.InRange(PeerMessage.Write(envelope).Length, 1, 72);
    }

    [Fact]
    public void AnUnknownField_OfAnyKind_IsSkipped()
    {
        var sent = Any(new Random(1));
        byte[] known = PeerMessage.Write(sent);

        // Field 1000 as number, as eight bytes and as bytes.
        byte[] newer = [.. known, 0xC0, 0x3E, 0xFF, 0x01, 0xC1, 0x3E, 1, 2, 3, 4, 5, 6, 7, 8, 0xC2, 0x3E, 3, 9, 9, 9];

        Assert.Equal(Bare(sent.Report), Bare(PeerMessage.Read(newer, out _)!.Report));
    }

    [Fact]
    public void AMessageThatOnlyNewerSoftwareCanRead_IsRefusedInWords()
    {
        var message = PeerMessage.Write(Any(new Random(1)));
        message[0] = PeerMessage.Version + 1;

        Assert.Null(PeerMessage.Read(message, out var problem));
        Assert.True(PeerMessage.IsTooNew(message));
        Assert.Contains($"version {PeerMessage.Version + 1}", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void AValueThatANewerServerHasAdded_IsReadAsUnknown()
    {
        var sent = new PeerEnvelope { Report = new PeerReport { Rank = Rank.Backup, Role = (Role)77, Services = (ServicesState)77 } };

        var read = PeerMessage.Read(PeerMessage.Write(sent), out _)!.Report;

        Assert.Equal(Role.Unknown, read.Role);
        Assert.Equal(ServicesState.Unknown, read.Services);
    }

    [Fact]
    public void ATornMessage_IsRefusedOrReadWithoutAnException()
    {
        var random = new Random(Environment.TickCount);
        var message = PeerMessage.Write(Any(random) with { HasControls = true });
        for (var length = 0; length < message.Length; length++)
        {
            PeerMessage.Read(message.AsSpan(0, length), out _);
        }

        for (var i = 0; i < 5000; i++)
        {
            var damaged = (byte[])message.Clone();
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            PeerMessage.Read(damaged, out _);
        }

        Assert.Null(PeerMessage.Read([], out _));
        Assert.Null(PeerMessage.Read([PeerMessage.Version], out _));
    }

    private static PeerEnvelope Any(Random random)
    {
        var withControls = random.Next(2) == 0;
        return new PeerEnvelope
        {
            Pair = random.Next(2) == 0 ? "default" : "päir-2",
            Incarnation = (ulong)random.NextInt64(),
            Sequence = random.NextInt64(),
            SentAt = random.NextInt64(),
            HeldFor = random.Next(100),
            DetailVersion = random.Next(100),
            ControlsRevision = AnyRevision(random),
            KnownControls = AnyRevision(random),
            HasControls = withControls,
            Report = new PeerReport
            {
                Rank = random.Next(2) == 0 ? Rank.Primary : Rank.Backup,
                Role = One<Role>(random),
                Epoch = new Epoch(random.NextInt64()),
                HighestEpoch = new Epoch(random.Next(300)),
                Self = One<SelfHealth>(random),
                SeesPeer = One<PeerHealth>(random),
                Lan = One<LanState>(random),
                Vip = One<VipDestination>(random),
                Services = One<ServicesState>(random),
                LongestStop = TimeSpan.FromTicks(random.NextInt64()),
                OutOfResumptions = random.Next(2) == 0,
                Configuration = AnyRevision(random),
                ConfigurationHash = random.NextInt64(long.MinValue, long.MaxValue),
                Version = random.Next(2) == 0 ? "" : "1.2.3-β",
                StepDown = new Epoch(random.Next(3)),
                Offer = One<OfferReason>(random),
                HandOverWanted = random.Next(2) == 0 ? 0 : 410,
                VoteWanted = random.Next(2) == 0,
                HoldsVote = random.Next(2) == 0,
                VotesDroppedAt = TimeSpan.FromTicks(random.NextInt64()),
                Promise = TimeSpan.FromTicks(random.Next()),
                Leaving = random.Next(2) == 0,
                Controls = withControls ? AnyControls(random) : PairControls.None,
            },
        };
    }

    private static PairControls AnyControls(Random random) => new()
    {
        Revision = AnyRevision(random),
        Pause = AnyControl(random),
        Hold = AnyControl(random),
        Maintenance1 = AnyControl(random),
        Maintenance2 = AnyControl(random),
        FlapTimes = [.. Enumerable.Range(0, random.Next(4)).Select(_ => AnyTime(random))],
    };

    private static TimedControl? AnyControl(Random random)
        => random.Next(2) == 0 ? null : new TimedControl("me", random.Next(2) == 0 ? "" : "because", AnyTime(random), random.Next(2) == 0 ? null : AnyTime(random));

    private static DateTimeOffset AnyTime(Random random) => new(random.NextInt64(1, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);

    private static Revision AnyRevision(Random random) => random.Next(3) == 0 ? Revision.None : new Revision(random.NextInt64(), random.NextInt64(), random.Next(3));

    private static T One<T>(Random random)
        where T : struct, Enum
        => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];

    /// <summary>Lists are compared by their members, see <see cref="AssertSame"/>.</summary>
    private static PeerReport Bare(PeerReport report) => report with { Controls = PairControls.None };

    private static void AssertSame(PairControls expected, PairControls actual)
    {
        Assert.Equal(expected.FlapTimes, actual.FlapTimes);
        Assert.Equal(expected with { FlapTimes = PairControls.None.FlapTimes }, actual with { FlapTimes = PairControls.None.FlapTimes });
    }
}
