using System.Collections.Concurrent;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Engine.Notifications;
using HaConsole.Engine.Notifications.Senders;
using HaConsole.Engine.Status;
using HaConsole.Engine.Tests.State;
using HaConsole.Failover;

namespace HaConsole.Engine.Tests.Notifications;

/// <summary>The notifications of two servers in this process, with a link between them that can be cut.</summary>
internal sealed class CenterBench : IAsyncDisposable
{
    private readonly ScratchFolder folder = new();
    private readonly Member?[] members = new Member?[3];

    public NotificationSettings Settings { get; set; } = NotificationSettings.Empty;

    public NotificationTiming Timing { get; set; } = new()
    {
        FirstPause = TimeSpan.FromMilliseconds(20),
        LongestPause = TimeSpan.FromMilliseconds(100),
        Tick = TimeSpan.FromMilliseconds(20),
        TakeOverAfter = TimeSpan.FromMilliseconds(200),
        StartGrace = TimeSpan.FromSeconds(10),
    };

    /// <summary>The peer link is up.</summary>
    public bool Linked { get; set; } = true;

    /// <summary>Each server is part of a pair.</summary>
    public bool IsPair { get; set; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public StatusSnapshot Snapshot { get; set; } = new();

    public Func<int, ChannelType, ISender>? SenderOf { get; set; }

    public string Folder => folder.Path;

    public Member this[int server] => members[server]!;

    /// <summary>A channel that posts to a receiver, and a rule that wants everything.</summary>
    public static NotificationSettings To(WebhookReceiver receiver, Func<NotificationRule, NotificationRule>? rule = null) => new()
    {
        Channels = [Webhook("hook", receiver)],
        Rules = [(rule ?? (r => r))(new NotificationRule { Name = "all", Severity = NotifiedSeverity.Info })],
    };

    public static NotificationChannel Webhook(string name, WebhookReceiver receiver) => new() { Name = name, Type = ChannelType.Webhook, Url = receiver.Url, SigningKey = "key", Timeout = 2 };

    public Member Start(int server)
    {
        var member = new Member(this, server);
        members[server] = member;
        member.Center.Start();
        return member;
    }

    public async Task StopAsync(int server)
    {
        if (members[server] is { } member)
        {
            members[server] = null;
            await member.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(1);
        await StopAsync(2);
        folder.Dispose();
    }

    /// <summary>One server.</summary>
    internal sealed class Member : IAsyncDisposable
    {
        private readonly CenterBench bench;

        public Member(CenterBench bench, int server)
        {
            this.bench = bench;
            Journal = new FileJournal(bench.folder["server" + server], server, bench.Time);
            ISender webhook = new WebhookSender(new Url(), bench.Time), smtp = new SmtpSender(new Url(), bench.Time), syslog = new SyslogSender(), command = new CommandSender(new Url(), bench.Folder);
            Center = new NotificationCenter(new NotificationContext
            {
                Server = server,
                Folder = Path.Combine(bench.folder["server" + server], "notifications"),
                Time = bench.Time,
                Timing = bench.Timing,
                Journal = Journal,
                Settings = () => bench.Settings,
                SenderOf = type => bench.SenderOf?.Invoke(server, type) ?? type switch { ChannelType.Webhook => webhook, ChannelType.Syslog => syslog, ChannelType.Command => command, _ => smtp },
                HasPeer = bench.IsPair,
                PeerConnected = () => bench.Linked && bench.members[3 - server] is not null,
                PeerHealthy = () => false,
                AskPeer = async (path, body, _, token) => bench.Linked && bench.members[3 - server] is { } peer ? await peer.Center.AnswerAsync(path, body, token) : null,
                Record = entry => Record(entry),
                Snapshot = () => bench.Snapshot,
                Changed = () => { },
                Failed = Failures.Enqueue,
            });
        }

        public FileJournal Journal { get; }

        public NotificationCenter Center { get; }

        public ConcurrentQueue<Exception> Failures { get; } = new();

        public IReadOnlyList<Delivery> Log => Center.Status().Log;

        public HaEvent Record(string kind, Severity severity = Severity.Warning, string sentence = "Something happened.")
            => Record(new HaEvent { Kind = kind, Severity = severity, Sentence = sentence, Epoch = 7, Evidence = new Dictionary<string, string> { ["fact"] = "1" } });

        public async ValueTask DisposeAsync()
        {
            await Center.DisposeAsync();
            await Journal.DisposeAsync();
            Assert.Empty(Failures);
        }

        private HaEvent Record(HaEvent entry)
        {
            var stored = Journal.Record(entry);
            Center.Wake();
            return stored;
        }
    }

    private sealed class Url : IPublicUrl
    {
        public string Console => "http://console.example";
    }
}
