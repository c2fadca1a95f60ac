Console.WriteLine("sample service");
