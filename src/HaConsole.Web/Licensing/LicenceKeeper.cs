using System.Security.Cryptography;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Failover;
using HaConsole.Web.Hosting;
using HaConsole.Web.Live;

namespace HaConsole.Web.Licensing;

/// <summary>
/// Looks at the licence now and then, and remembers what it found. The engine does not know this class: no decision waits for a licence or asks
/// for one. All that a licence can forbid is to switch hot standby on.
/// </summary>
public sealed class LicenceKeeper : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);
    private readonly ConsoleEngine console;
    private readonly TimeProvider time;
    private readonly LicenceOptions options;
    private readonly string file;
    private readonly Lock gate = new();
    private volatile LicenceStatus status;
    private string told = "";
    private ITimer? timer;

    /// <summary>Reads nothing yet.</summary>
    public LicenceKeeper(ConsoleEngine console, IConfiguration configuration, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        (this.console, this.time) = (console, time);
        options = configuration.GetSection("Licence").Get<LicenceOptions>() ?? new LicenceOptions();
        file = options.File.Length > 0 ? options.File : Path.Combine(ConfigurationSources.DataDirectory(configuration), "licence", "IPSFT_lic.xml");
        status = options.IsRequired ? new LicenceStatus(LicenceState.Unknown, "unknown", "The licence was not looked at yet.") : new LicenceStatus(LicenceState.NotRequired, "not-required", "not required");
    }

    /// <summary>What was found last. Reads nothing.</summary>
    public LicenceStatus Current => status;

    /// <summary>Begins to look, on a thread of its own; does nothing when no licence is needed.</summary>
    public void Start()
    {
        if (options.IsRequired)
        {
            timer = time.CreateTimer(_ => Look(), null, TimeSpan.Zero, Pause);
        }
    }

    /// <summary>Looks now. Never throws; records an event when something has changed.</summary>
    public LicenceStatus Look()
    {
        if (!options.IsRequired)
        {
            return status;
        }

        lock (gate)
        {
            status = Found();
            Tell(status);
            return status;
        }
    }

    /// <summary>How a text would stand as the licence; nothing is kept.</summary>
    public LicenceStatus Judge(string text)
    {
        try
        {
            using var key = Key();
            return LicenceReader.Judge(LicenceReader.Read(text, key), options, console.Engine.Configuration.Content.HotStandby, DateOnly.FromDateTime(time.GetLocalNow().DateTime));
        }
        catch (LicenceException e)
        {
            return new LicenceStatus(LicenceState.Invalid, e.Code, e.Message);
        }
    }

    /// <summary>Puts a licence in force on this server when it is a good one; the file before is kept when it is not, or cannot be written.</summary>
    public LicenceStatus Install(string text)
    {
        if (!options.IsRequired)
        {
            return status;
        }

        var judged = Judge(text);
        if (judged.State is LicenceState.Invalid or LicenceState.Expired)
        {
            return judged;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            var fresh = file + ".new";
            File.WriteAllText(fresh, text);
            File.Move(fresh, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new LicenceStatus(LicenceState.Invalid, "not-written", $"The licence cannot be written: {e.Message}");
        }

        return Look();
    }

    /// <summary>Why hot standby may not be switched on now; null when it may, or when a change does not switch it on.</summary>
    public ConfigurationProblem? Problem(PairConfiguration before, PairConfiguration wanted)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(wanted);
        return !options.IsRequired || before.HotStandby.Enabled || !wanted.HotStandby.Enabled || Look() is { Allows: true }
            ? null
            : new ConfigurationProblem("HotStandby:Enabled", $"HotStandby:Enabled cannot be switched on: {status.Sentence}");
    }

    /// <inheritdoc/>
    public void Dispose() => timer?.Dispose();

    private LicenceStatus Found()
    {
        try
        {
            var info = new FileInfo(file);
            return !info.Exists ? new LicenceStatus(LicenceState.Missing, "missing", "There is no licence: install IPSFT_lic.xml.")
                : info.Length > LicenceReader.Longest * 4 ? new LicenceStatus(LicenceState.Invalid, "too-large", $"The licence has more than {LicenceReader.Longest} characters: that is no licence file.")
                : Judge(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new LicenceStatus(LicenceState.Invalid, "not-readable", $"The licence cannot be read: {e.Message}");
        }
    }

    private RSA Key()
    {
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(options.PublicKeyFile));
            return key.KeySize >= 2048 ? key : throw new LicenceException("bad-key", "The vendor's key is shorter than 2048 bits.");
        }
        catch (Exception e)
        {
            key.Dispose();
            throw e is LicenceException ? e : new LicenceException("bad-key", "The vendor's key cannot be read (Licence:PublicKeyFile).");
        }
    }

    /// <summary>Once for each change of its state; one that is good from the start is no news.</summary>
    private void Tell(LicenceStatus found)
    {
        if (told == found.Code)
        {
            return;
        }

        var first = told.Length == 0;
        told = found.Code;
        if (first && found.State == LicenceState.Valid)
        {
            return;
        }

        var (kind, severity) = found.State switch
        {
            LicenceState.Valid => ("licence-valid", Severity.Info),
            LicenceState.Expiring => ("licence-expiring", Severity.Warning),
            LicenceState.Grace or LicenceState.Expired => ("licence-expired", Severity.Alarm),
            _ => ("licence-invalid", Severity.Alarm),
        };
        console.Engine.Record(new HaEvent
        {
            Kind = kind,
            Severity = severity,
            Sentence = found.Sentence,
            Epoch = console.Engine.Current.Servers.Select(server => server.Epoch).DefaultIfEmpty(0).Max(),
            Evidence = new Dictionary<string, string> { ["code"] = found.Code },
        });
    }
}
