using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using HaConsole.Engine.Configuration;
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
    private readonly Lock _gate = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly BlockingCollection<SupervisorMessage> _outgoing = [];
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private readonly Action _onSupervisorLost;
    private (long At, TimeSpan ValidFor)? _renewed;
    private IReadOnlyList<ServiceDefinition> _services = [];
    private readonly ITimer _unheard;
    private readonly int _supervisor;
    private long _sequence;
    private long _answered;
    private long _awaited;
    private bool _askedTwice;
    private volatile bool _disposed;

    /// <summary>Connects to the supervisor and waits for its first report, which tells what runs already.</summary>
    /// <param name="address">Value of <see cref="SupervisorLink.Variable"/>.</param>
    /// <param name="options">Where and for whom services run.</param>
    /// <param name="onSupervisorLost">Called on a thread of its own when the supervisor is gone; null: this process kills itself.</param>
    /// <exception cref="IOException">The supervisor does not answer.</exception>
    public SupervisedServiceHost(string address, ServiceSetOptions options, Action? onSupervisorLost = null)
    {
        _time = options.Time;
        _onSupervisorLost = onSupervisorLost ?? Posix.KillSelf;
        var parts = address.Split(':');
        _supervisor = parts.Length > 2 ? int.Parse(parts[2], CultureInfo.InvariantCulture) : 0;
        _unheard = _time.CreateTimer(_ => GiveUpUnheard(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            _socket.Connect(new UnixDomainSocketEndPoint("\0" + parts[0]));
        }
        catch (SocketException e)
        {
            Abandon();
            throw new IOException($"the supervisor cannot be reached: {e.Message}", e);
        }

        _outgoing.Add(new SupervisorMessage("hello") { Version = SupervisorLink.Version, Token = parts.ElementAtOrDefault(1), Pair = options.Pair, Server = options.Server, LocalAddress = options.LocalAddress });
        new Thread(Send) { IsBackground = true, Name = "supervisor out" }.Start();
        new Thread(Receive) { IsBackground = true, Name = "supervisor in" }.Start();
        if (!_known.Task.Wait(FirstReport))
        {
            Abandon();
            throw new IOException("the supervisor does not answer");
        }
    }

    /// <inheritdoc/>
    public event Action<ServicesReport>? Changed;

    /// <inheritdoc/>
    public ServicesReport Current { get; private set; } = ServicesReport.Unknown;

    /// <inheritdoc/>
    public void Configure(IReadOnlyList<ServiceDefinition> services)
    {
        lock (_gate)
        {
            _services = services;
            Post(new SupervisorMessage("configure") { Services = services });
        }
    }

    /// <inheritdoc/>
    public void Start(Epoch epoch) => Order("start", epoch, ServicesState.Running, ServicesState.Starting);

    /// <inheritdoc/>
    public void Stop(Epoch epoch) => Order("stop", epoch, ServicesState.Stopped, ServicesState.Stopping);

    /// <inheritdoc/>
    public void Renew(TimeSpan validFor)
    {
        lock (_gate)
        {
            // A lease that is hardly used needs no message; the services' end then is earlier than promised, never later.
            if (_renewed is { } last && last.ValidFor == validFor && _time.GetElapsedTime(last.At) < validFor / 4)
            {
                return;
            }

            _renewed = (_time.GetTimestamp(), validFor);
            Enqueue(new SupervisorMessage("renew") { Milliseconds = validFor.TotalMilliseconds });
        }
    }

    /// <summary>Ends the connection; the services go on for the rest of their lease.</summary>
    public ValueTask DisposeAsync()
    {
        _outgoing.CompleteAdding();
        Abandon();
        return ValueTask.CompletedTask;
    }

    private void Abandon()
    {
        _disposed = true;
        _unheard.Dispose();
        _socket.Dispose();
    }

    // What follows from the order is said before the supervisor answers: an old report must never be taken for the answer.
    private void Order(string op, Epoch epoch, ServicesState goal, ServicesState way)
    {
        lock (_gate)
        {
            Post(new SupervisorMessage(op) { Epoch = epoch.Value });
            var nothing = _services.Count == 0 && Current.Services.Count == 0;
            var state = nothing || (Current.State == goal && goal == ServicesState.Running) ? goal : way;
            if (op == "stop" && !nothing)
            {
                (_awaited, _askedTwice) = (_sequence, false);
                _unheard.Change(SupervisorPatience, Timeout.InfiniteTimeSpan);
            }

            Publish(Current with { State = state });
        }
    }

    // A supervisor that stands still cannot stop anything, and would start services again that somebody else stops. So all of this
    // server goes: the services first, then the supervisor, and with it this process. The peer serves then.
    private void GiveUpUnheard()
    {
        lock (_gate)
        {
            if (_disposed || _answered >= _awaited || _supervisor == 0)
            {
                return;
            }

            if (!_askedTwice)
            {
                // Perhaps it was this process that stood still, and the answer waits to be read.
                _askedTwice = true;
                _unheard.Change(SecondLook, Timeout.InfiniteTimeSpan);
                return;
            }

            foreach (var service in Current.Services.Where(service => _services.Any(definition => definition.Name == service.Name && definition.Type == ServiceType.Process)))
            {
                Posix.SignalGroup(service.ProcessId ?? 0, Posix.SigKill);
            }

            Posix.Signal(_supervisor, Posix.SigKill);
        }
    }

    private void Post(SupervisorMessage message) => Enqueue(message with { Sequence = ++_sequence });

    private void Enqueue(SupervisorMessage message)
    {
        if (!_disposed)
        {
            _outgoing.Add(message);
        }
    }

    private void Publish(ServicesReport report)
    {
        Current = report;
        Changed?.Invoke(report);
    }

    private void Send()
    {
        try
        {
            foreach (var message in _outgoing.GetConsumingEnumerable())
            {
                _socket.Send([.. JsonSerializer.SerializeToUtf8Bytes(message, ServiceJson.Default.SupervisorMessage), (byte)'\n']);
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
            while ((count = _socket.Receive(buffer)) > 0)
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

        if (!_disposed)
        {
            _onSupervisorLost();
        }
    }

    private void Take(SupervisorMessage message)
    {
        lock (_gate)
        {
            // An answer to an older order than the last one says nothing any more.
            _answered = message.Sequence;
            if (message.Report is { } report && message.Sequence >= _sequence)
            {
                Publish(report);
            }
        }

        _known.TrySetResult();
    }
}
