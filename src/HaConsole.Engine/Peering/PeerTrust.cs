using System.Text.Json;

namespace HaConsole.Engine.Peering;

/// <summary>
/// Which certificate is the peer's: exactly one, pinned by its SHA-256 thumbprint in <c>keys/peer-pin.json</c>; while the peer changes
/// its certificate, the announced one too, until it is used first.
/// </summary>
internal sealed class PeerTrust
{
    private const int RevokedKept = 32;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly string file;
    private readonly Lock gate = new();
    private volatile Pin pin;

    public PeerTrust(string folder)
    {
        file = Path.Combine(folder, "peer-pin.json");
        pin = Load();
    }

    /// <summary>Raised after another certificate has taken the place of the pinned one: its connections are a stranger's now.</summary>
    public event Action? Replaced;

    public bool IsPaired => pin.Pinned.Length > 0;

    public string Pinned => pin.Pinned;

    /// <summary>Whether the certificate is the peer's. The first use of an announced one drops the one before.</summary>
    public bool Accepts(string thumbprint)
    {
        var now = pin;
        if (now.Pinned.Length > 0 && now.Pinned == thumbprint)
        {
            return true;
        }

        if (now.Next.Length == 0 || now.Next != thumbprint)
        {
            return false;
        }

        lock (gate)
        {
            if (pin.Next != thumbprint)
            {
                return pin.Pinned == thumbprint;
            }

            try
            {
                Save(pin with { Pinned = thumbprint, Next = "" });
            }
            catch (IOException)
            {
                // A full disk must not part the pair: both certificates stay good until the next use that can be stored.
            }

            return true;
        }
    }

    /// <summary>A server that was replaced comes back only by a code that a person types.</summary>
    public bool IsRevoked(string thumbprint) => pin.Revoked.Contains(thumbprint);

    /// <summary>Pins the peer's certificate; false when it was pinned already.</summary>
    /// <param name="thumbprint">The peer's certificate.</param>
    /// <param name="before">The one that it replaces, empty when none.</param>
    public bool Replace(string thumbprint, out string before)
    {
        lock (gate)
        {
            before = pin.Pinned;
            if (before == thumbprint)
            {
                return false;
            }

            string[] replaced = before.Length > 0 ? [before] : [];
            Save(new Pin(thumbprint, "", [.. pin.Revoked.Where(old => old != thumbprint).Concat(replaced).TakeLast(RevokedKept)]));
        }

        if (before.Length > 0)
        {
            Replaced?.Invoke();
        }

        return true;
    }

    /// <summary>The peer announces its next certificate.</summary>
    public void Announce(string thumbprint)
    {
        lock (gate)
        {
            Save(pin with { Next = thumbprint });
        }
    }

    private Pin Load()
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<Pin>(File.ReadAllBytes(file), Json) ?? Pin.None : Pin.None;
        }
        catch (JsonException)
        {
            // Unreadable: nobody is trusted until the pair has been made again.
            return Pin.None;
        }
    }

    private void Save(Pin next)
    {
        KeyFiles.WriteAtomically(file, JsonSerializer.SerializeToUtf8Bytes(next, Json));
        pin = next;
    }

    private sealed record Pin(string Pinned, string Next, IReadOnlyList<string> Revoked)
    {
        public static Pin None { get; } = new("", "", []);
    }
}
