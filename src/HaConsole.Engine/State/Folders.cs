namespace HaConsole.Engine.State;

/// <summary>Folders of the data directory.</summary>
internal static class Folders
{
    /// <summary>Creates a folder that only its owner may read: it can hold keys, commands and addresses.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
