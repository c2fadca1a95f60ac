using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.VirtualIp;
using HaConsole.Failover;

namespace HaConsole.Engine.Services;

/// <summary>
/// Managed services as children of the supervisor process: they outlive this process. When the supervisor dies this process ends
/// at once, because nothing would stop it from serving beside its own successor. Works on its own threads, so that neither a
/// starved thread pool nor a supervisor that stands still holds up the engine.
/// </summary>
public sealed class SupervisedServiceHost : IServiceHost
{
    private static readonly TimeSpan FirstReport = TimeSpan.FromSeconds(10);

    /// <summary>How long an order to stop may stay unheard by the supervisor: 5 s.</summary>
    private static readonly TimeSpan SupervisorPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SecondLook = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly BlockingCollection<SupervisorMessage> outgoing = [];
    private readonly TaskCompletionSource known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider time;
    private readonly Action onSupervisorLost;
    private (long At, TimeSpan ValidFor)? renewed;
    private long series;
    private IReadOnlyList<ServiceDefinition> services = [];
    private readonly ITimer unheard;
    private readonly ITimer look;
    private readonly int supervisor;
    private readonly DeadlineFile? deadline;
    private volatile bool supervisorStopped;
    private IReadOnlyList<string>? checksTold;
    private long sequence;
    private long answered;
    private long awaited;
    private bool askedTwice;
    private bool hasAddresses;
    private volatile bool disposed;

    /// <summary>Connects to the supervisor and waits for its first report, which tells what runs already.</summary>
    /// <param name="address">Value of <see cref="SupervisorLink.Variable"/>.</param>
    /// <param name="options">Where and for whom services run.</param>
    /// <param name="onSupervisorLost">Called on a thread of its own when the supervisor is gone; null: this process kills itself.</param>
    /// <exception cref="IOException">The supervisor does not answer.</exception>
    public SupervisedServiceHost(string address, ServiceSetOptions options, Action? onSupervisorLost = null)
    {
        time = options.Time;
        this.onSupervisorLost = onSupervisorLost ?? ProcessCalls.KillSelf;
        var parts = address.Split(':');
        supervisor = parts.Length > 2 ? int.Parse(parts[2], CultureInfo.InvariantCulture) : 0;
        deadline = parts.Length > 3 && parts[3].Length > 0 ? DeadlineFile.Open(supervisor, int.Parse(parts[3], CultureInfo.InvariantCulture)) : null;
        unheard = time.CreateTimer(_ => GiveUpUnheard(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        look = time.CreateTimer(_ => LookAtSupervisor(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint("\0" + parts[0]));
        }
        catch (SocketException e)
        {
            Abandon();
            throw new IOException($"the supervisor cannot be reached: {e.Message}", e);
        }

        outgoing.Add(new SupervisorMessage("hello") { Version = SupervisorLink.Version, Token = parts.ElementAtOrDefault(1), Pair = options.Pair, Server = options.Server, LocalAddress = options.LocalAddress });
        new Thread(Send) { IsBackground = true, Name = "supervisor out" }.Start();
        new Thread(Receive) { IsBackground = true, Name = "supervisor in" }.Start();
        if (!known.Task.Wait(FirstReport))
        {
            Abandon();
            throw new IOException("the supervisor does not answer");
        }

        look.Change(LookInterval, LookInterval);
    }

    /// <inheritdoc/>
    public event Action<ServicesReport>? Changed;

    /// <inheritdoc/>
    public ServicesReport Current { get; private set; } = ServicesReport.Unknown;

    /// <inheritdoc/>
    public void Configure(IReadOnlyList<ServiceDefinition> services, AddressPlan? addresses = null)
    {
        lock (gate)
        {
            this.services = services;
            checksTold = null;
            hasAddresses = addresses is { Addresses.Count: > 0 };
            Post(new SupervisorMessage("configure") { Services = services, Addresses = addresses });
        }
    }

    /// <inheritdoc/>
    public void Announce()
    {
        lock (gate)
        {
            Enqueue(new SupervisorMessage("announce"));
        }
    }

    /// <inheritdoc/>
    public void Start(Epoch epoch) => Order("start", epoch, ServicesState.Running, ServicesState.Starting);

    /// <inheritdoc/>
    public void Stop(Epoch epoch) => Order("stop", epoch, ServicesState.Stopped, ServicesState.Stopping);

    /// <inheritdoc/>
    public void Command(string service, ServiceCommand command, string owner)
    {
        lock (gate)
        {
            Post(new SupervisorMessage("service") { Service = service, Command = command, Owner = owner });
        }
    }

    /// <inheritdoc/>
    public void ChecksAre(IReadOnlyList<string> up)
    {
        lock (gate)
        {
            if (services.Any(service => service.Needs.Count > 0) && !(checksTold?.SequenceEqual(up) ?? false))
            {
                checksTold = up;
                Enqueue(new SupervisorMessage("checks") { Checks = up });
            }
        }
    }

    /// <inheritdoc/>
    public void Renew(TimeSpan validFor, TimeSpan goneBy = default)
    {
        goneBy = goneBy < validFor ? validFor * 4 / 3 : goneBy;
        lock (gate)
        {
            // A lease that is hardly used needs no message; the services' end then is earlier than promised, never later.
            if (disposed || (renewed is { } last && last.ValidFor == validFor && time.GetElapsedTime(last.At) < validFor / 4))
            {
                return;
            }

            var now = time.GetTimestamp();
            series = renewed is { } former && time.GetElapsedTime(former.At) < former.ValidFor ? series : now;
            renewed = (now, validFor);
            deadline?.Set(new LeaseSign(now, series, validFor, goneBy));
            Enqueue(new SupervisorMessage("renew") { At = now, Since = series, Milliseconds = validFor.TotalMilliseconds, GoneByMilliseconds = goneBy.TotalMilliseconds });
        }
    }

    /// <inheritdoc/>
    public void Told(long number)
    {
        lock (gate)
        {
            Enqueue(new SupervisorMessage("told") { Sequence = number });
        }
    }

    /// <summary>Ends the connection; the services go on for the rest of their lease.</summary>
    public ValueTask DisposeAsync()
    {
        outgoing.CompleteAdding();
        Abandon();
        return ValueTask.CompletedTask;
    }

    private void Abandon()
    {
        disposed = true;
        unheard.Dispose();
        look.Dispose();
        lock (gate)
        {
            deadline?.Dispose();
        }

        socket.Dispose();
    }

    // What follows from the order is said before the supervisor answers: an old report must never be taken for the answer.
    private void Order(string op, Epoch epoch, ServicesState goal, ServicesState way)
    {
        lock (gate)
        {
            Post(new SupervisorMessage(op) { Epoch = epoch.Value });
            var nothing = services.Count == 0 && Current.Services.Count == 0 && !hasAddresses && Current.Addresses.Count == 0;
            var state = nothing || (Current.State == goal && goal == ServicesState.Running) ? goal : way;
            if (op == "stop" && !nothing)
            {
                (awaited, askedTwice) = (sequence, false);
                unheard.Change(IsStopped() ? SecondLook : SupervisorPatience, Timeout.InfiniteTimeSpan);
            }

            Publish(Current with { State = state });
        }
    }

    // A supervisor that stands still cannot stop anything, and would start services again that somebody else stops. So all of this
    // server goes: the services first, then the supervisor, and with it this process. The peer serves then.
    private void GiveUpUnheard()
    {
        lock (gate)
        {
            if (disposed || answered >= awaited || supervisor == 0)
            {
                return;
            }

            if (!askedTwice)
            {
                // Perhaps it was this process that stood still, and the answer waits to be read.
                askedTwice = true;
                unheard.Change(SecondLook, Timeout.InfiniteTimeSpan);
                return;
            }

            foreach (var service in Current.Services.Where(service => services.Any(definition => definition.Name == service.Name && definition.Type == ServiceType.Process)))
            {
                ProcessCalls.SignalGroup(service.ProcessId ?? 0, ProcessCalls.SigKill);
            }

            ProcessCalls.Signal(supervisor, ProcessCalls.SigKill);
        }
    }

    /// <summary>Somebody has stopped it by a signal: a fact that the kernel tells, unlike slowness.</summary>
    private bool IsStopped() => supervisor > 0 && ProcFs.Read(supervisor) is { State: 'T' or 't' };

    // While nothing is to be stopped there is no reason to end what serves: it is told, and the guard still knows the deadline.
    private void LookAtSupervisor()
    {
        var stopped = IsStopped();
        if (stopped == supervisorStopped)
        {
            return;
        }

        lock (gate)
        {
            supervisorStopped = stopped;
            Publish(Current);
        }
    }

    private void Post(SupervisorMessage message) => Enqueue(message with { Sequence = ++sequence });

    private void Enqueue(SupervisorMessage message)
    {
        if (!disposed)
        {
            outgoing.Add(message);
        }
    }

    private void Publish(ServicesReport report)
    {
        Current = report with { Guard = report.Guard with { SupervisorStopped = supervisorStopped } };
        Changed?.Invoke(Current);
    }

    private void Send()
    {
        try
        {
            foreach (var message in outgoing.GetConsumingEnumerable())
            {
                socket.Send([.. JsonSerializer.SerializeToUtf8Bytes(message, ServiceJson.Default.SupervisorMessage), (byte)'\n']);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The receiving thread sees the same and acts.
        }
    }

    private void Receive()
    {
        var buffer = new byte[16384];
        List<byte> line = [];
        try
        {
            int count;
            while ((count = socket.Receive(buffer)) > 0)
            {
                foreach (var value in buffer.AsSpan(0, count))
                {
                    if (value != '\n')
                    {
                        line.Add(value);
                        continue;
                    }

                    Take(JsonSerializer.Deserialize(Encoding.UTF8.GetString([.. line]), ServiceJson.Default.SupervisorMessage)!);
                    line.Clear();
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or JsonException)
        {
            // Same as the end of the connection.
        }

        if (!disposed)
        {
            onSupervisorLost();
        }
    }

    private void Take(SupervisorMessage message)
    {
        lock (gate)
        {
            // An answer to an older order than the last one says nothing any more.
            answered = message.Sequence;
            if (message.Report is { } report && message.Sequence >= sequence)
            {
                Publish(report);
            }
        }

        known.TrySetResult();
    }
}
